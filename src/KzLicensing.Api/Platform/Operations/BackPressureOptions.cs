namespace KzLicensing.Api.Platform.Operations;

/// <summary>Limits, all per process.</summary>
internal sealed record BackPressureOptions
{
    /// <summary>Requests a second that one caller may send on average, and twice that in a burst.</summary>
    public int RequestsPerSecondPerCaller { get; init; } = 2_000;

    /// <summary>Requests of one caller from their first byte to the last one of their answer, and as many more waiting; beyond that 429.</summary>
    public int RequestsPerCaller { get; init; } = 64;

    /// <summary>Requests that are worked on, their body being there and their answer not yet on its way, and as many more waiting; beyond that 503.</summary>
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

    public static BackPressureOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Limits").Get<BackPressureOptions>() ?? new BackPressureOptions();
        Demand(options.RequestsPerSecondPerCaller, nameof(RequestsPerSecondPerCaller));
        Demand(options.RequestsPerCaller, nameof(RequestsPerCaller));
        Demand(options.ConcurrentRequests, nameof(ConcurrentRequests));
        Demand(options.ConcurrentRequestsPerCaller, nameof(ConcurrentRequestsPerCaller));
        Demand(options.ConcurrentDownloads, nameof(ConcurrentDownloads));
        Demand(options.DownloadsPerCaller, nameof(DownloadsPerCaller));
        Demand(options.MinBytesPerSecond, nameof(MinBytesPerSecond));
        return options.MaxBodyDuration > TimeSpan.Zero ? options : throw new InvalidOperationException("Limits__MaxBodyDuration must be longer than nothing.");
    }

    private static void Demand(int limit, string name)
    {
        if (limit < 1) throw new InvalidOperationException($"Limits__{name} must be at least 1.");
    }
}
