using System.Threading.RateLimiting;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Limits, all per process.</summary>
internal sealed record BackPressureOptions
{
    /// <summary>Requests a second that one caller may send on average, and twice that in a burst.</summary>
    public int RequestsPerSecondPerCaller { get; init; } = 2_000;

    /// <summary>Requests under way at once, and as many more waiting; beyond that 503.</summary>
    public int ConcurrentRequests { get; init; } = 256;
}

/// <summary>A caller above its share gets 429; a service at its limit answers 503. Health stays outside both.</summary>
internal static class BackPressure
{
    public static IServiceCollection AddBackPressure(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection("Limits").Get<BackPressureOptions>() ?? new BackPressureOptions();
        if (options.RequestsPerSecondPerCaller < 1) throw new InvalidOperationException("Limits__RequestsPerSecondPerCaller must be at least 1.");
        if (options.ConcurrentRequests < 1) throw new InvalidOperationException("Limits__ConcurrentRequests must be at least 1.");
        services.AddSingleton(options);
        services.AddSingleton(new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.ConcurrentRequests,
            QueueLimit = options.ConcurrentRequests,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }));
        return services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
                Limited(http) ? RateLimitPartition.GetTokenBucketLimiter(Caller(http), _ => Bucket(options)) : RateLimitPartition.GetNoLimiter(""));
        });
    }

    public static void UseBackPressure(this WebApplication app)
    {
        var limiter = app.Services.GetRequiredService<ConcurrencyLimiter>();
        app.UseRateLimiter();
        app.Use(async (http, next) =>
        {
            if (!Limited(http))
            {
                await next(http);
                return;
            }

            using var lease = await limiter.AcquireAsync(1, http.RequestAborted);
            if (lease.IsAcquired) await next(http);
            else http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        });
    }

    private static bool Limited(HttpContext http) => http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal);

    private static string Caller(HttpContext http) => http.User.FindFirst("sub")?.Value ?? http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static TokenBucketRateLimiterOptions Bucket(BackPressureOptions options) => new()
    {
        TokenLimit = options.RequestsPerSecondPerCaller * 2,
        TokensPerPeriod = options.RequestsPerSecondPerCaller / 10 + 1,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
        AutoReplenishment = true,
    };
}
