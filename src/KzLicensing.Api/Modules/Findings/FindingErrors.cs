using KzLicensing.Domain;
using KzLicensing.Domain.Findings;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>Every way in which findings say no.</summary>
internal static class FindingErrors
{
    public static Error FindingInFuture() =>
        new("finding-in-future", "These hours are not over: what will be found in them cannot be in order yet.");

    public static Error FindingNotFound(FindingKind kind) =>
        new("finding-not-found",
            $"No finding of the kind {kind} lies in this range; one that is judged by the month must lie in it as a whole.");
}
