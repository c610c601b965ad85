using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>The row that a decision leaves: who decided what, on which version, after whose recommendation.</summary>
internal static class ApplicationDecision
{
    public static void WriteDecision(
        this Db db, ApplicationRow seen, Outcome outcome, string decider, string reasons, IReadOnlyList<string> grounds,
        DateTimeOffset at) =>
        db.Write(InsertSql, new
        {
            seen.Id,
            seen.Version,
            Outcome = outcome,
            Decider = decider,
            Recommender = seen.RecommendedBy,
            Applicant = seen.SubmittedBy,
            Reasons = reasons,
            Grounds = grounds.ToArray(),
            At = at,
        });

    private const string InsertSql = """
        INSERT INTO application_decisions
            (application_id, application_version, outcome, decider, recommender, applicant, reasons, grounds, at)
        VALUES (@Id, @Version, @Outcome, @Decider, @Recommender, @Applicant, @Reasons, @Grounds, @At)
        """;
}
