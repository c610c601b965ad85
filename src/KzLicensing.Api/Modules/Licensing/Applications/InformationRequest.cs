using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>One question about one place of an application.</summary>
/// <param name="Pointer">RFC 6901 into the application; the empty text means the whole of it.</param>
internal sealed record InformationItem(string Pointer, string Question);

internal sealed record InformationAnswer(string Pointer, string Answer);

internal enum InformationEnd
{
    Answered,
    Withdrawn,
    Lapsed,
}

/// <summary>A round of questions to the applicant.</summary>
/// <param name="RequestedBy">The officer's <c>sub</c>; for staff.</param>
/// <param name="RespondBy">The last day to answer; the application lapses after it.</param>
internal sealed record InformationRequest(
    int Round, IReadOnlyList<InformationItem> Items, DateOnly RespondBy, DateTimeOffset RequestedAt, string? RequestedBy,
    IReadOnlyList<InformationAnswer>? Answers, DateTimeOffset? ClosedAt, InformationEnd? ClosedAs)
{
    /// <summary>
    /// The applicant holds the file from the day after the questions to the day of the answer; while it is out, to the last day for it.
    /// </summary>
    public DayRange Held() =>
        new(CivilTime.DayOf(RequestedAt).AddDays(1), (ClosedAt is { } closed ? CivilTime.DayOf(closed) : RespondBy).AddDays(1));
}
