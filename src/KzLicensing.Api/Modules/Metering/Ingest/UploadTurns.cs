using System.Threading.RateLimiting;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// A file holds a database connection for as long as it streams: few stream at once, and fewer of one caller; the others wait before they take one.
/// </summary>
internal sealed class UploadTurns(IngestOptions options) : IDisposable
{
    // First the caller's own turn: whoever waits for that must not hold one of everybody's.
    private readonly PartitionedRateLimiter<string> turns = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => Limit(options.FilesPerCaller, options))),
        PartitionedRateLimiter.Create<string, string>(_ => RateLimitPartition.GetConcurrencyLimiter("", _ => Limit(options.ConcurrentFiles, options))));

    public static async ValueTask<object?> Wait(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var services = context.HttpContext.RequestServices;
        var caller = services.GetRequiredService<Actor>().Id;
        using var turn = await services.GetRequiredService<UploadTurns>().turns.AcquireAsync(caller, 1, context.HttpContext.RequestAborted);
        return turn.IsAcquired ? await next(context) : new Problem(new("overloaded", "Too many files of readings are waiting already."));
    }

    public void Dispose() => turns.Dispose();

    private static ConcurrencyLimiterOptions Limit(int files, IngestOptions options) =>
        new() { PermitLimit = files, QueueLimit = options.WaitingFiles, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
}
