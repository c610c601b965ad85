using System.Threading.RateLimiting;
using KzLicensing.Api.Platform.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>An endpoint that answers whatever else is going on: health.</summary>
internal sealed record Unlimited;

/// <summary>An operation that waits for a turn of its own kind instead of one to be worked on.</summary>
internal sealed record HasOwnTurns;

/// <summary>
/// A caller above its share gets 429; a service at its limit answers 503. Everything is limited but what says <see cref="Unlimited"/>.
/// </summary>
/// <remarks>
/// A slow client costs only itself. Until its body is there, and from when its answer is made, a request holds a place in its caller's own
/// share and nothing that others need: turns to be worked on, and with them database connections, are for the time between.
/// </remarks>
internal sealed class BackPressure(BackPressureOptions options) : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A whole list is made as fast as it can be: so few at once that they leave processors and database connections to what is short.
    /// </summary>
    private static readonly int ListsAtOnce = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly PartitionedRateLimiter<string> rate =
        PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(options)));

    private readonly PartitionedRateLimiter<string> underWay =
        PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => Share(options)));

    private readonly Turns work = new(options.ConcurrentRequestsPerCaller, options.ConcurrentRequests, options.ConcurrentRequests);
    private readonly Turns lists = new(1, ListsAtOnce, options.ConcurrentDownloads);
    private readonly Turns downloads = new(options.DownloadsPerCaller, options.ConcurrentDownloads, options.ConcurrentDownloads);

    /// <summary>A client has to keep this pace in both directions.</summary>
    public static void SetPace(KestrelServerLimits limits, BackPressureOptions options) =>
        limits.MinRequestBodyDataRate = limits.MinResponseDataRate = new MinDataRate(options.MinBytesPerSecond, Grace);

    /// <summary>
    /// Before authentication: whoever shows no token, or asks for what no endpoint of ours answers but authentication itself may.
    /// </summary>
    public Task AdmitStranger(HttpContext http, RequestDelegate next) => IsStranger(http) ? Admit(http, next) : next(http);

    /// <summary>After authentication: all the others, by the name in their token.</summary>
    public Task AdmitCaller(HttpContext http, RequestDelegate next) => IsStranger(http) ? next(http) : Admit(http, next);

    /// <summary>The body is there: now the request may be worked on. What is sent afterwards is made within the same turn.</summary>
    public static async ValueTask<object?> Work(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Says<HasOwnTurns>(http)) return await next(context);
        var limits = http.RequestServices.GetRequiredService<BackPressure>();
        using var turn = await (http.AsksFor<ISendsWholeList>() ? limits.lists : limits.work).Wait(http);
        if (!turn.IsAcquired) return new Problem(new("overloaded", "The service is at its limit."));
        var answer = await next(context);
        if (Within(answer) is IMadeAtWork made) await made.Make(http);
        return answer;
    }

    public void Dispose()
    {
        rate.Dispose();
        underWay.Dispose();
        work.Dispose();
        lists.Dispose();
        downloads.Dispose();
    }

    private async Task Admit(HttpContext http, RequestDelegate next)
    {
        if (Says<Unlimited>(http))
        {
            await next(http);
            return;
        }

        var caller = Caller.Of(http);
        using var allowance = rate.AttemptAcquire(caller);
        using var share = allowance.IsAcquired ? await underWay.AcquireAsync(caller, 1, http.RequestAborted) : allowance;
        if (!share.IsAcquired) http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        else if (http.AsksFor<ISentAtLength>()) await Download(http, next);
        else await next(http);
    }

    private async Task Download(HttpContext http, RequestDelegate next)
    {
        using var turn = await downloads.Wait(http);
        if (turn.IsAcquired) await next(http);
        else http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    private static bool IsStranger(HttpContext http) => http.GetEndpoint() is null || http.Request.Headers.Authorization.Count == 0;

    private static bool Says<T>(HttpContext http) where T : class => http.GetEndpoint()?.Metadata.GetMetadata<T>() is not null;

    private static object? Within(object? answer) => answer is INestedHttpResult nested ? nested.Result : answer;

    private static ConcurrencyLimiterOptions Share(BackPressureOptions options) => new()
    {
        PermitLimit = options.RequestsPerCaller,
        QueueLimit = options.RequestsPerCaller,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };

    /// <summary>Ten times a second, or one by one where there are fewer.</summary>
    private static TokenBucketRateLimiterOptions Bucket(BackPressureOptions options) => new()
    {
        TokenLimit = options.BurstPerCaller,
        TokensPerPeriod = Math.Max(options.RequestsPerSecondPerCaller / 10, 1),
        ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / Math.Min(options.RequestsPerSecondPerCaller, 10)),
        AutoReplenishment = true,
    };
}

/// <summary>A request meets its limits twice, and is counted once.</summary>
internal static class BackPressureServices
{
    public static void AddBackPressure(this WebApplicationBuilder builder)
    {
        var options = builder.Read(BackPressureOptions.Read);
        builder.Services.AddSingleton(options).AddSingleton<BackPressure>();
        builder.WebHost.ConfigureKestrel(kestrel => BackPressure.SetPace(kestrel.Limits, options));
    }

    public static void UseLimitsOfStrangers(this WebApplication app) =>
        app.Use(app.Services.GetRequiredService<BackPressure>().AdmitStranger);

    public static void UseLimitsOfCallers(this WebApplication app) => app.Use(app.Services.GetRequiredService<BackPressure>().AdmitCaller);
}
