using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>Makes drafts from inputs, against what is issued already.</summary>
internal static class Drafting
{
    /// <summary>The assessments that are in force for these payers and this quarter.</summary>
    public static async Task<Dictionary<string, AssessmentView>> CurrentAssessments(
        this Db db, Quarter quarter, Instrument instrument, string[] bins, CancellationToken ct)
    {
        var docs = await db.Many<string>(CurrentSql, new { Period = quarter.ToString(), Instrument = instrument, Bins = bins }, ct);
        return docs.Select(d => JsonSerializer.Deserialize<AssessmentView>(d, Json.Stored)!).ToDictionary(a => a.PayerBin);
    }

    /// <summary>The draft of a payer; null inside when nothing is due or nothing would change.</summary>
    public static Result<AssessmentView?> Draft(AssessmentInputs inputs, Quarter quarter, Instrument instrument, AssessmentView? current,
        LawTables law, DateTimeOffset now)
    {
        var lines = AssessmentCalculator.Calculate(inputs.Parts, inputs.Purchases);
        if (lines.IsFailure) return lines.Error;
        if (current is null ? lines.Value.All(l => l.Kwh == 0) : current.Lines.SequenceEqual(lines.Value)) return (AssessmentView?)null;

        var deadline = law.Deadlines.FirstOrDefault(d => d.Covers(quarter));
        if (deadline is null) return AssessmentErrors.DeadlineUnknown(quarter);
        var due = deadline.For(quarter, law.Calendar);
        if (due.IsFailure) return due.Error;

        var total = AssessmentCalculator.Total(lines.Value);
        return new AssessmentView(
            Guid.CreateVersion7(now), null, (current?.Version ?? 0) + 1, 1, current?.Id, AssessmentStatus.Draft, instrument,
            inputs.PayerBin,
            quarter.ToString(), lines.Value, total, total - (current?.TotalKzt ?? 0), null, due.Value.DeclareBy, due.Value.DueOn, null,
            inputs.Fingerprint());
    }

    private const string CurrentSql = """
        SELECT r.doc
          FROM assessments a
         CROSS JOIN LATERAL (SELECT status, doc FROM assessment_revisions WHERE assessment_id = a.id ORDER BY revision DESC LIMIT 1) AS r
         WHERE a.period = @Period AND a.instrument = @Instrument AND a.payer_bin = ANY(@Bins)
           AND r.status NOT IN ('Superseded', 'Withdrawn')
        """;
}
