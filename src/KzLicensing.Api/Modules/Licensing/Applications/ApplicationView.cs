using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>An application as clients read it.</summary>
/// <param name="DueOn">
/// The last day of the statutory review; null for a draft. While the applicant holds the file: if the answer comes on its last day.
/// </param>
/// <param name="AssignedTo">The officer's <c>sub</c>; for staff.</param>
/// <param name="WaitingPosition">The place in the queue for capacity, told where one recommended application is read.</param>
/// <param name="Allowed">Transitions that are possible now; an applicant reads the own ones.</param>
internal sealed record ApplicationView(
    Guid Id,
    string Number,
    ApplicationStatus Status,
    int Version,
    ApplicationKind Kind,
    Subtype Subtype,
    string ApplicantBin,
    string ApplicantName,
    Contact Contact,
    Site Site,
    decimal RequestedMw,
    IReadOnlyList<PowerSource> PowerSources,
    decimal PlannedInvestmentKzt,
    int PlannedJobs,
    IReadOnlyList<Hardware> Hardware,
    StateFeePayment? StateFee,
    string? PreviousLicenseNumber,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SubmittedAt,
    DateTimeOffset? ClosedAt,
    DateOnly? DueOn,
    int? WorkingDaysUsed,
    bool? Overdue,
    string? AssignedTo,
    string? LicenseNumber,
    int? WaitingPosition,
    IReadOnlyList<InformationRequest> InformationRequests,
    IReadOnlyList<string> Allowed) : IVersioned
{
    /// <summary>Who works on the file, and what they think of it before it is decided, is the ministry's.</summary>
    public ApplicationView ForApplicant(IReadOnlyList<string> allowed) => this with
    {
        AssignedTo = null,
        InformationRequests = [.. InformationRequests.Select(r => r with { RequestedBy = null })],
        Allowed = allowed,
    };

    string? IVersioned.Face => WorkingDaysUsed is { } used ? $"{used}-{WaitingPosition}" : null;
}
