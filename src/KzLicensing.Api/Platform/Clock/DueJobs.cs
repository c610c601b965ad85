using KzLicensing.Api.Platform.Http;
using Npgsql;

namespace KzLicensing.Api.Platform.Clock;

/// <summary>Work that falls due by the calendar; after the sandbox's clock was moved it runs before the answer.</summary>
internal interface IDueJob
{
    Task Run(DateTimeOffset now, CancellationToken ct);
}

/// <summary>
/// Looks every minute whether something has fallen due. Nothing is lost while the program is down: what is due stays due.
/// </summary>
internal sealed class DueJobs(IEnumerable<IDueJob> jobs, TimeProvider clock, ILogger<DueJobs> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Period);
        do
        {
            foreach (var job in jobs) await RunOne(job, stopping);
        }
        while (!stopping.IsCancellationRequested && await Tick(timer, stopping));
    }

    private async Task RunOne(IDueJob job, CancellationToken stopping)
    {
        try
        {
            await job.Run(clock.GetUtcNow(), stopping);
        }
        catch (Exception broken) when (broken is NpgsqlException or CommitUnknownException)
        {
            log.LogWarning(broken, "A due job lost the database; it tries again in a minute.");
        }
        catch (OperationCanceledException)
        {
            // The program is stopping.
        }
    }

    private static async Task<bool> Tick(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
