using System.Collections.Frozen;
using System.Text.Json;
using KzLicensing.Api.Modules.Licensing.Documents;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>What an applicant reads of the own history: own steps, states, days, questions, and the decision with its reasons.</summary>
/// <remarks>
/// The rest is the ministry's: who works on the file, what was recommended, why it went back. A fact that is not named here is not told.
/// </remarks>
internal static class ApplicantsHistory
{
    /// <summary>Steps of which nothing is left to tell.</summary>
    public static readonly string[] BetweenOfficers = [nameof(AssignApplication)];

    private static readonly FrozenSet<string> Own =
    [
        nameof(CreateApplication.ApplicationCreated), nameof(CopyApplication.ApplicationCopied),
        nameof(ReplaceApplication.ApplicationEdited),
        nameof(UploadDocument.DocumentUploaded), nameof(SubmitApplication.ApplicationSubmitted),
        nameof(RespondToRequest.InformationProvided),
        nameof(WithdrawApplication.ApplicationWithdrawn),
    ];

    private static readonly FrozenSet<string> Told =
    [
        .. Own, nameof(RequestInformation.InformationRequested), nameof(LapseUnanswered.ApplicationLapsed),
            nameof(RefuseApplication.ApplicationRefused),
        nameof(ApproveApplication.ApplicationApproved), nameof(ApproveApplication.LicenseIssued), nameof(Applications.ApplicationMoved),
    ];

    private static readonly string[] Moves = ["/status", "/dueOn"];

    public static GetApplicationHistory.Step Tell(GetApplicationHistory.Step step)
    {
        var facts = Tell(step.Facts);
        var own = IsOwn(facts);
        var named = own || step.By == Actor.Registry.Id;
        return step with
        {
            By = named ? step.By : null,
            Name = named ? step.Name : null,
            Reasons = GetApplicationHistory.ReasonsIn(facts),
            Changes = own ? step.Changes : [.. step.Changes.Where(IsMove)],
            Facts = facts,
        };
    }

    /// <summary>Of the facts of a step, what its applicant reads.</summary>
    public static List<JsonElement> Tell(IEnumerable<JsonElement> facts) => [.. facts.Where(f => Told.Contains(NameOf(f))).Select(Tell)];

    /// <summary>Whether the applicant took the step.</summary>
    public static bool IsOwn(List<JsonElement> facts) => facts.Exists(f => Own.Contains(NameOf(f)));

    private static JsonElement Tell(JsonElement fact) => NameOf(fact) == nameof(Applications.ApplicationMoved)
        ? JsonSerializer.SerializeToElement(new
        {
            fact = NameOf(fact),
            subject = fact.GetProperty("subject"),
            applicationId = fact.GetProperty("applicationId"),
            changes = fact.GetProperty("changes").EnumerateArray().Where(IsMove),
        })
        : fact;

    private static string NameOf(JsonElement fact) => fact.GetProperty("fact").GetString()!;

    private static bool IsMove(JsonElement change) => Moves.Contains(change.GetProperty("pointer").GetString());
}
