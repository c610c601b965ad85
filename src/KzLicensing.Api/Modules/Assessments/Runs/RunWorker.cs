using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Tariffs;
using Npgsql;

namespace KzLicensing.Api.Modules.Assessments.Runs;

/// <summary>Wakes the worker; a lost signal costs half a second, never a run.</summary>
internal sealed class RunSignal
{
    private readonly Channel<bool> channel =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => channel.Writer.TryWrite(true);

    public async Task Wait(TimeSpan atMost, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(atMost);
        try
        {
            await channel.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nobody called: look all the same.
        }
    }
}

/// <summary>Works runs off in chunks of payers. Each chunk commits by itself, so a killed run resumes where it was.</summary>
internal sealed class RunWorker(RunSignal signal, NpgsqlDataSource source, LawBook lawBook, TimeProvider clock, ILogger<RunWorker> log)
    : BackgroundService
{
    private const int ChunkSize = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public sealed record ChunkAssessed(Guid RunId, int Payers, int Drafted) : IFact
    {
        public string Subject => $"assessment-run:{RunId}";
    }

    public sealed record RunCompleted(Guid RunId, string InputFingerprint) : IFact
    {
        public string Subject => $"assessment-run:{RunId}";
    }

    public sealed record RunFailed(Guid RunId) : IFact
    {
        public string Subject => $"assessment-run:{RunId}";
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // The signal is raised before its command commits: a short pause lets the row appear.
                while (await WorkOffOneChunk(stopping)) { }
                await signal.Wait(Poll, stopping);
                await Task.Delay(TimeSpan.FromMilliseconds(20), stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception broken) when (broken is NpgsqlException or CommitUnknownException)
            {
                log.LogWarning(broken, "The assessment worker lost the database; it tries again.");
                await Task.Delay(Poll, stopping);
            }
        }
    }

    /// <summary>True while there may be more to do.</summary>
    private async Task<bool> WorkOffOneChunk(CancellationToken ct)
    {
        await using var db = new Db(source, Actor.Registry);
        db.BeginCommand();
        var run = await db.One<RunRow>(ClaimSql, new { }, ct);
        if (run is null)
        {
            await db.Rollback();
            return false;
        }

        var bins = await db.Many<string>(PayersSql, new { run.Id, Take = ChunkSize }, ct);
        var journal = new JournalEntry(Actor.Registry, clock);
        try
        {
            if (bins.Count == 0) await Finish(db, run, journal, ct);
            else await Assess(db, run, [.. bins], journal, ct);
        }
        catch (Exception accident) when (accident is not (OperationCanceledException or NpgsqlException or CommitUnknownException))
        {
            log.LogError(accident, "The run {Run} cannot go on.", run.Id);
            await db.Rollback();
            await Fail(run, ct);
        }

        return true;
    }

    /// <summary>An accident ends its run and no other one.</summary>
    private async Task Fail(RunRow run, CancellationToken ct)
    {
        await using var db = new Db(source, Actor.Registry);
        var journal = new JournalEntry(Actor.Registry, clock);
        db.BeginCommand();
        db.Write(FailSql, new { run.Id, At = clock.GetUtcNow() });
        journal.Record(new RunFailed(run.Id));
        journal.Append(db, "FailRun");
        await db.Commit(ct);
    }

    private async Task Assess(Db db, RunRow run, string[] bins, JournalEntry journal, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var quarter = Quarter.Parse(run.Period).Value;
        var law = await lawBook.Open(ct);
        var inputs = await db.AssessmentInputs(quarter, run.Instrument, bins, law, now, ct);
        var current = await db.CurrentAssessments(quarter, run.Instrument, bins, ct);
        var drafted = 0;
        // What an earlier run drafted no longer follows from what is known, whatever this run finds.
        db.Write(EarlierSql, new { Bins = bins, run.Period, run.Instrument });
        foreach (var bin in bins)
        {
            var draft = inputs[bin].Then(i => Drafting.Draft(i, quarter, run.Instrument, current.GetValueOrDefault(bin), law, now));
            if (draft.Value is { } view)
            {
                drafted++;
                Write(db, run, view, now);
            }

            var outcome = draft.IsFailure ? "Failed" : draft.Value is not null ? "Drafted" : current.ContainsKey(bin) ? "Unchanged"
                : "NothingDue";
            db.Write(OutcomeSql,
                new { run.Id, Bin = bin, Outcome = outcome, Detail = draft.Error is { } e ? $"{e.Code}: {e.Detail}" : null });
        }

        db.Write(ProgressSql, new { run.Id, Done = bins.Length });
        journal.Record(new ChunkAssessed(run.Id, bins.Length, drafted));
        journal.Append(db, "AssessChunk");
        await db.Commit(ct);
    }

    private static void Write(Db db, RunRow run, AssessmentView view, DateTimeOffset now) => db.Write(DraftSql, new
    {
        view.Id,
        view.Revision,
        RunId = run.Id,
        view.Instrument,
        view.PayerBin,
        view.Period,
        view.TotalKzt,
        view.DeltaKzt,
        view.InputFingerprint,
        By = run.RequestedBy,
        At = now,
        Doc = JsonSerializer.Serialize(view, Json.Options),
    });

    private async Task Finish(Db db, RunRow run, JournalEntry journal, CancellationToken ct)
    {
        var prints = await db.Many<string>(FingerprintsSql, new { run.Id }, ct);
        var fingerprint = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', prints))))}";
        db.Write(FinishSql, new { run.Id, Fingerprint = fingerprint, At = clock.GetUtcNow() });
        journal.Record(new RunCompleted(run.Id, fingerprint));
        journal.Append(db, "CompleteRun");
        await db.Commit(ct);
    }

    private sealed record RunRow
    {
        public Guid Id { get; init; }
        public string Period { get; init; } = "";
        public Instrument Instrument { get; init; }
        public string RequestedBy { get; init; } = "";
    }

    // A run that another worker holds is left to it.
    private const string ClaimSql = """
        SELECT id, period, instrument, requested_by FROM assessment_runs
         WHERE status IN ('Queued', 'Running') ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
        """;

    private const string PayersSql =
        "SELECT payer_bin FROM assessment_run_payers WHERE run_id = @Id AND outcome IS NULL ORDER BY payer_bin LIMIT @Take";

    private const string OutcomeSql =
        "UPDATE assessment_run_payers SET outcome = @Outcome, detail = @Detail WHERE run_id = @Id AND payer_bin = @Bin";

    private const string ProgressSql =
        "UPDATE assessment_runs SET status = 'Running', done = done + @Done, version = version + 1 WHERE id = @Id";

    private const string EarlierSql =
        "DELETE FROM assessment_drafts WHERE payer_bin = ANY(@Bins) AND period = @Period AND instrument = @Instrument";

    private const string DraftSql = """
        INSERT INTO assessment_drafts
            (id, revision, run_id, instrument, payer_bin, period, total_kzt, delta_kzt, input_fingerprint, drafted_by, drafted_at, doc)
        VALUES (@Id, @Revision, @RunId, @Instrument, @PayerBin, @Period, @TotalKzt, @DeltaKzt, @InputFingerprint, @By, @At, @Doc)
        """;

    private const string FailSql = """
        UPDATE assessment_runs SET status = 'Failed', version = version + 1, failure = 'internal-error', finished_at = @At WHERE id = @Id
        """;

    private const string FingerprintsSql = "SELECT input_fingerprint FROM assessment_drafts WHERE run_id = @Id ORDER BY payer_bin";

    private const string FinishSql = """
        UPDATE assessment_runs
           SET status = 'Completed', version = version + 1, input_fingerprint = @Fingerprint, finished_at = @At,
               total_kzt = (SELECT coalesce(sum(total_kzt), 0) FROM assessment_drafts WHERE run_id = @Id)
         WHERE id = @Id
        """;
}
