using System.Threading.RateLimiting;
using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>A file holds a database connection for as long as it streams: few stream at once, the others wait before they take one.</summary>
internal sealed class UploadTurns(IngestOptions options) : IDisposable
{
    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.ConcurrentFiles,
        QueueLimit = options.WaitingFiles,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public static async ValueTask<object?> Wait(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        using var turn = await http.RequestServices.GetRequiredService<UploadTurns>().limiter.AcquireAsync(1, http.RequestAborted);
        return turn.IsAcquired ? await next(context) : new Problem(new("overloaded", "Too many files of readings are waiting already."));
    }

    public void Dispose() => limiter.Dispose();
}
