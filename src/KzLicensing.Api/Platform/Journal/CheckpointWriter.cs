using System.Diagnostics;
using System.Diagnostics.Metrics;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Identity;
using Npgsql;

namespace KzLicensing.Api.Platform.Journal;

/// <summary>
/// Signs the head at the start, every minute in which it moved, and once more at the end; only what extends the last checkpoint.
/// </summary>
internal sealed class CheckpointWriter(Checkpoints checkpoints, CheckpointHealth health, NpgsqlDataSource source, TimeProvider clock,
    ILogger<CheckpointWriter> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <exception cref="InvalidOperationException">The file cannot be written: the program does not start.</exception>
    public override Task StartAsync(CancellationToken ct)
    {
        if (checkpoints.Enabled) checkpoints.DemandWritable();
        return base.StartAsync(ct);
    }

    /// <summary>Whatever goes wrong is said, and tried again; it never ends the program.</summary>
    public async Task Sign(CancellationToken ct)
    {
        try
        {
            Say(await SignHead(ct));
        }
        catch (InvalidDataException damaged)
        {
            Say(damaged.Message);
        }
        catch (Exception passing) when (passing is NpgsqlException or IOException or UnauthorizedAccessException
            or InvalidOperationException)
        {
            log.LogWarning(passing, "No checkpoint of the journal was written; the next minute tries again.");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (!checkpoints.Enabled) return;
        using var timer = new PeriodicTimer(Every);
        try
        {
            do await Sign(stopping);
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            await Sign(CancellationToken.None);
        }
    }

    private void Say(string? trouble)
    {
        if (trouble is not null && trouble != health.Trouble) log.LogError("The journal's head is not signed. {Trouble}", trouble);
        health.Found(trouble);
    }

    /// <returns>Why the head is not signed; null when it is.</returns>
    private async Task<string?> SignHead(CancellationToken ct)
    {
        await using var db = new Db(source, Actor.Registry);
        db.BeginCommand();
        // Processes that share the file take turns.
        if (!await db.One<bool>(TurnSql, new { }, ct)) return health.Trouble;
        if (!checkpoints.Exists)
        {
            // Before the first entry there is nothing to lose; later only an operator begins a new file.
            if (await db.One<long>(HeadSql, new { }, ct) > 0) return Checkpoints.Gone;
            checkpoints.Begin();
        }

        var newest = checkpoints.Newest();
        if (newest is not null && await db.Contradiction([newest], ct) is not null)
            return "The journal does not agree with the last checkpoint.";
        var from = newest?.Place ?? JournalPlace.Beginning;
        var walk = await db.WalkJournal(from, ct);
        if (walk.Problem is not null) return "What was written since the last checkpoint does not follow from it.";
        if (walk.Last.Number > from.Number)
            checkpoints.Append(new Checkpoint(walk.Last.Number, Convert.ToHexStringLower(walk.Last.Hash), clock.GetUtcNow()));
        return null;
    }

    private const string TurnSql = "SELECT pg_try_advisory_xact_lock(hashtext('journal_checkpoints'))";

    private const string HeadSql = "SELECT number FROM journal_head";
}

/// <summary>Whether the head is being signed: for readiness, metrics and the log.</summary>
internal sealed class CheckpointHealth : IDisposable
{
    public const string MeterName = "KzLicensing.Journal";

    private readonly Meter meter = new(MeterName);
    private long signedAt = Stopwatch.GetTimestamp();

    public CheckpointHealth(Checkpoints checkpoints)
    {
        if (!checkpoints.Enabled) return;
        meter.CreateObservableGauge("journal.checkpoint.age", () => Stopwatch.GetElapsedTime(Interlocked.Read(ref signedAt)).TotalSeconds,
            "s",
            "Time since the journal's head was last known to be signed.");
        meter.CreateObservableGauge("journal.checkpoint.refused", () => Trouble is null
            ? 0
            : 1, null, "1 while the journal's head is not signed because something is wrong.");
    }

    /// <summary>Why the head is not signed; null while it is.</summary>
    public string? Trouble { get; private set; }

    public void Found(string? trouble)
    {
        Trouble = trouble;
        if (trouble is null) Interlocked.Exchange(ref signedAt, Stopwatch.GetTimestamp());
    }

    public void Dispose() => meter.Dispose();
}
