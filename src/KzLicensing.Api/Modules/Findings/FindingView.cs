using KzLicensing.Api.Platform.Identity;
using KzLicensing.Domain;
using KzLicensing.Domain.Findings;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>
/// Who took note of a finding, and why it is in order. Its payer reads when, and no more: the note is one of staff for staff.
/// </summary>
internal sealed record AcknowledgedView(string? By, DateTimeOffset At, string? Reason)
{
    public static AcknowledgedView? Of(Acknowledgement? acknowledgement, bool toStaff) =>
        acknowledgement is not { } a ? null : toStaff ? new AcknowledgedView(a.By, a.At, a.Reason) : new AcknowledgedView(null, a.At, null);
}

/// <summary>Hours without a break of which the same is wrong.</summary>
/// <param name="EndAt">When the last of the hours ends.</param>
/// <param name="Kwh">At stake; what that means depends on the kind.</param>
/// <param name="Kzt">By the rate in force on each day; null where the rate depends on a price or on facts that are unknown.</param>
/// <param name="Acknowledged">Null while nobody has taken note of this finding as it is now.</param>
/// <param name="Lapsed">A note that was taken of these hours and holds no longer: readings, facts or purchases have changed since.</param>
internal sealed record FindingView(
    string MeteringPoint, string Region, FindingKind Kind, DateTimeOffset StartAt, DateTimeOffset EndAt, int Hours, decimal Kwh,
    decimal? Kzt,
    AcknowledgedView? Acknowledged, AcknowledgedView? Lapsed)
{
    public bool IsAsked(FindingKind? kind, bool? open) => (kind is null || Kind == kind) && (open is null || open == Acknowledged is null);

    public static IEnumerable<FindingView> Of(JudgedPoint judged, Actor reader) => judged.Findings.Select(f => new FindingView(
        judged.Point.Code, judged.Point.SiteRegion, f.Kind, CivilTime.StartOfHour(f.FromHour), CivilTime.StartOfHour(f.ToHour), f.Hours,
        f.Kwh, f.Kzt,
        AcknowledgedView.Of(f.Acknowledged, reader.ReadsAsStaff(f.PayerBin)),
        AcknowledgedView.Of(f.Lapsed, reader.ReadsAsStaff(f.PayerBin))));
}
