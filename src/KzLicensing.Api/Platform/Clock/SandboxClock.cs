namespace KzLicensing.Api.Platform.Clock;

/// <summary>The registry's time in the sandbox: it can be moved, and runs on from there.</summary>
internal sealed class SandboxClock : TimeProvider
{
    private long offsetTicks;

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref offsetTicks));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    public void MoveTo(DateTimeOffset now) => Interlocked.Exchange(ref offsetTicks, (now - base.GetUtcNow()).Ticks);

    public void GiveBack() => Interlocked.Exchange(ref offsetTicks, 0);
}
