namespace KzLicensing.Api.Platform.Operations;

/// <summary>How the program takes its leave.</summary>
internal sealed record ShutdownOptions
{
    /// <summary>
    /// So long after it was told to stop it says that it is not ready, and serves all the same: as long as whoever distributes requests
    /// needs to notice.
    /// </summary>
    public int? DrainSeconds { get; init; }

    /// <summary>Nobody distributes requests to a program that somebody is working on.</summary>
    public TimeSpan Drain(IHostEnvironment environment) => TimeSpan.FromSeconds(DrainSeconds ?? (environment.IsDevelopment() ? 0 : 10));

    public static ShutdownOptions Read(Settings settings)
    {
        var options = settings.Section<ShutdownOptions>("Shutdown");
        settings.DemandWithin(options.DrainSeconds ?? 0, 0, 300, "Shutdown__DrainSeconds");
        return options;
    }
}

/// <summary>Between the signal to stop and the end: the server still listens, and only then lets the requests under way end.</summary>
internal sealed class Drain(TimeSpan time) : IHostedLifecycleService
{
    /// <summary>For the requests under way, once nothing new is taken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Add(WebApplicationBuilder builder)
    {
        var time = builder.Read(ShutdownOptions.Read).Drain(builder.Environment);
        builder.Services.AddHostedService(_ => new Drain(time));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = time + Patience);
    }

    /// <summary>The host asks everybody before it stops anybody.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken) =>
        await Task.Delay(time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
