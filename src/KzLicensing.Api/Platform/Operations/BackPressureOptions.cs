namespace KzLicensing.Api.Platform.Operations;

/// <summary>Limits, all per process.</summary>
internal sealed record BackPressureOptions
{
    /// <summary>Of whatever is counted here: no process has more.</summary>
    private const int Most = 1_000_000;

    /// <summary>Requests a second that one caller may send on average, and twice that in a burst.</summary>
    public int RequestsPerSecondPerCaller { get; init; } = 2_000;

    public int BurstPerCaller => RequestsPerSecondPerCaller * 2;

    /// <summary>
    /// Requests of one caller from their first byte to the last one of their answer, and as many more waiting; beyond that 429.
    /// </summary>
    public int RequestsPerCaller { get; init; } = 64;

    /// <summary>
    /// Requests that are worked on, their body being there and their answer not yet on its way, and as many more waiting; beyond that 503.
    /// </summary>
    public int ConcurrentRequests { get; init; } = 256;

    /// <summary>Of these from one caller: fewer than there are database connections, so that nobody has them all.</summary>
    public int ConcurrentRequestsPerCaller { get; init; } = 12;

    /// <summary>Whole lists and files that are sent at once, and as many more waiting; beyond that 503.</summary>
    public int ConcurrentDownloads { get; init; } = 128;

    /// <summary>Of these to one caller; its others wait.</summary>
    public int DownloadsPerCaller { get; init; } = 4;

    /// <summary>A body that comes more slowly, on average, and an answer that is taken more slowly, are given up.</summary>
    public int MinBytesPerSecond { get; init; } = 2_048;

    /// <summary>A body that is not there by then is not waited for, however steadily it comes.</summary>
    public TimeSpan MaxBodyDuration { get; init; } = TimeSpan.FromMinutes(5);

    public static BackPressureOptions Read(Settings settings)
    {
        var options = settings.Section<BackPressureOptions>("Limits");
        settings.DemandWithin(options.RequestsPerSecondPerCaller, 1, Most, "Limits__RequestsPerSecondPerCaller");
        settings.DemandWithin(options.RequestsPerCaller, 1, Most, "Limits__RequestsPerCaller");
        settings.DemandWithin(options.ConcurrentRequests, 1, Most, "Limits__ConcurrentRequests");
        settings.DemandWithin(options.ConcurrentRequestsPerCaller, 1, Most, "Limits__ConcurrentRequestsPerCaller");
        settings.DemandWithin(options.ConcurrentDownloads, 1, Most, "Limits__ConcurrentDownloads");
        settings.DemandWithin(options.DownloadsPerCaller, 1, Most, "Limits__DownloadsPerCaller");
        settings.DemandWithin(options.MinBytesPerSecond, 1, int.MaxValue, "Limits__MinBytesPerSecond");
        settings.DemandWithin(options.MaxBodyDuration, TimeSpan.FromDays(1), "Limits__MaxBodyDuration");
        return options;
    }
}
