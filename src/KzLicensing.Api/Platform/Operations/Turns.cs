using System.Threading.RateLimiting;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>
/// Turns at something of which there is little: few at once, and fewer of one caller; the others wait in the order in which they came.
/// </summary>
internal sealed class Turns(int ofOneCaller, int ofAll, int waiting) : IDisposable
{
    // First the caller's own turn: whoever waits for that must not hold one of everybody's.
    private readonly PartitionedRateLimiter<string> turns = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(caller =>
            RateLimitPartition.GetConcurrencyLimiter(caller, _ => Limit(ofOneCaller, waiting))),
        PartitionedRateLimiter.Create<string, string>(_ => RateLimitPartition.GetConcurrencyLimiter("", _ => Limit(ofAll, waiting))));

    /// <summary>A turn, to be disposed when it is over; or none, because too many wait already.</summary>
    public ValueTask<RateLimitLease> Wait(HttpContext http) => turns.AcquireAsync(Caller.Of(http), 1, http.RequestAborted);

    public void Dispose() => turns.Dispose();

    private static ConcurrencyLimiterOptions Limit(int permits, int waiting) =>
        new() { PermitLimit = permits, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
}
