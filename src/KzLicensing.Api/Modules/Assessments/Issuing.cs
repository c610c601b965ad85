using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>A draft as it waits to be issued.</summary>
internal sealed record DraftRow
{
    public Guid Id { get; init; }
    public int Revision { get; init; }
    public Guid RunId { get; init; }
    public string Doc { get; init; } = "";

    /// <summary>Who asked for the run that made it.</summary>
    public string RequestedBy { get; init; } = "";

    public const string Select = """
        SELECT d.id, d.revision, d.run_id, d.doc, r.requested_by FROM assessment_drafts d JOIN assessment_runs r ON r.id = d.run_id

        """;

    public AssessmentView ToView() => JsonSerializer.Deserialize<AssessmentView>(Doc, Json.Stored)!;
}

/// <summary>Turns drafts into assessments: numbered without gaps, written once, told to the feed in the same transaction.</summary>
internal static class Issuing
{
    public sealed record AssessmentIssued(Guid AssessmentId, string Number, string PayerBin, decimal TotalKzt, decimal DeltaKzt) : IFact
    {
        public string Subject => $"assessment:{AssessmentId}";
    }

    /// <summary>Fails with <c>four-eyes-required</c> for who asked for one of the drafts or acts for its payer, and with
    /// <c>inputs-changed</c> when any draft no longer follows from what is known now.</summary>
    public static async Task<Result<IReadOnlyList<AssessmentView>>> Issue(
        this Db db, IReadOnlyList<DraftRow> drafts, Official issuer, LawTables law, JournalEntry journal, DateTimeOffset now,
        CancellationToken ct)
    {
        var views = drafts.Select(d => d.ToView()).ToList();
        if (drafts.Any(d => FourEyes.IsSamePerson(issuer.Person, d.RequestedBy))) return AssessmentErrors.SecondPersonRequired();
        if (views.Exists(v => issuer.IsConcernedWith(v.PayerBin))) return FourEyes.OwnAffair();
        var quarter = Quarter.Parse(views[0].Period).Value;
        var bins = views.Select(v => v.PayerBin).ToArray();
        var inputs = await db.AssessmentInputs(quarter, views[0].Instrument, bins, law, now, ct);
        var current = await db.CurrentAssessments(quarter, views[0].Instrument, bins, ct);
        if (views.Exists(v => HasMoved(v, inputs[v.PayerBin], current.GetValueOrDefault(v.PayerBin))))
            return AssessmentErrors.InputsChanged();

        var series = $"DMF-{quarter.Year}Q{quarter.Number}";
        var last = await db.One<long>(NumbersSql, new { Series = series, Count = (long)views.Count }, ct);
        var issued = views.Select((view, i) => view with
        {
            Revision = view.Revision + 1,
            Number = $"{series}-{last - views.Count + 1 + i:D6}",
            Status = AssessmentStatus.Issued,
            IssuedAt = now,
        }).ToList();
        var position = 0;
        foreach (var (view, draft) in issued.Zip(drafts))
        {
            Write(db, view, draft, issuer.Person, now);
            if (current.GetValueOrDefault(view.PayerBin) is { } old)
                position = Tell(db, Supersede(db, old, now), FeedChange.Superseded, position, now);
            position = Tell(db, view, FeedChange.Issued, position, now);
            journal.Record(new AssessmentIssued(view.Id, view.Number!, view.PayerBin, view.TotalKzt, view.DeltaKzt));
        }

        return issued;
    }

    private static bool HasMoved(AssessmentView draft, Result<AssessmentInputs> inputs, AssessmentView? current) =>
        inputs.IsFailure || inputs.Value.Fingerprint() != draft.InputFingerprint || current?.Id != draft.Supersedes;

    private static void Write(Db db, AssessmentView view, DraftRow draft, string issuer, DateTimeOffset now) => db.Write(IssueSql, new
    {
        view.Id,
        view.Number,
        view.Version,
        view.Revision,
        view.Supersedes,
        draft.RunId,
        draft.RequestedBy,
        view.Instrument,
        view.PayerBin,
        view.Period,
        view.TotalKzt,
        view.DeltaKzt,
        view.DueOn,
        view.InputFingerprint,
        view.Status,
        Issuer = issuer,
        At = now,
        Doc = JsonSerializer.Serialize(view, Json.Options),
    });

    private static AssessmentView Supersede(Db db, AssessmentView old, DateTimeOffset now)
    {
        var superseded = old with { Status = AssessmentStatus.Superseded, Revision = old.Revision + 1 };
        db.Write(RevisionSql, new
        {
            superseded.Id,
            superseded.Revision,
            superseded.Status,
            superseded.PayerBin,
            At = now,
            Doc = JsonSerializer.Serialize(superseded, Json.Options)
        });
        return superseded;
    }

    private static int Tell(Db db, AssessmentView view, FeedChange change, int position, DateTimeOffset now)
    {
        db.Publish(FeedSql, new
        {
            Position = position,
            view.Period,
            Change = change,
            view.Id,
            At = now,
            Doc = JsonSerializer.Serialize(view, Json.Options)
        });
        return position + 1;
    }

    private const string NumbersSql = """
        INSERT INTO number_series (series, last) VALUES (@Series, @Count)
        ON CONFLICT (series) DO UPDATE SET last = number_series.last + @Count
        RETURNING last
        """;

    private const string IssueSql = """
        WITH draft AS (DELETE FROM assessment_drafts WHERE id = @Id),
             issued AS (
                 INSERT INTO assessments
                     (id, number, version, supersedes, run_id, instrument, payer_bin, period, total_kzt, delta_kzt, due_on,
                                          input_fingerprint, requested_by, issued_by, issued_at)
                 VALUES (@Id, @Number, @Version, @Supersedes, @RunId, @Instrument, @PayerBin, @Period, @TotalKzt, @DeltaKzt, @DueOn,
                         @InputFingerprint, @RequestedBy, @Issuer, @At)
                 RETURNING id)
        INSERT INTO assessment_revisions (assessment_id, revision, status, payer_bin, at, doc)
        SELECT id, @Revision, @Status, @PayerBin, @At, @Doc FROM issued
        """;

    private const string RevisionSql = """
        INSERT INTO assessment_revisions (assessment_id, revision, status, payer_bin, at, doc)
            VALUES (@Id, @Revision, @Status, @PayerBin, @At, @Doc)
        """;

    // The head row is ours until the commit: its number is this command's place in the order of all changes.
    private const string FeedSql = """
        INSERT INTO tax_feed (number, position, period, change, assessment_id, at, doc)
        SELECT number, @Position, @Period, @Change, @Id, @At, @Doc FROM journal_head
        """;
}
