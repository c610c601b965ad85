using KzLicensing.Domain.Findings;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>Where a finding stands in a list: by metering point, kind and time.</summary>
internal sealed record FindingPlace(string Code, FindingKind Kind, DateTimeOffset StartAt)
{
    /// <summary>The place before all others.</summary>
    public static readonly FindingPlace Start = new("", default, DateTimeOffset.MinValue);

    public static FindingPlace Of(FindingView finding) => new(finding.MeteringPoint, finding.Kind, finding.StartAt);

    /// <summary>True for a finding of another metering point: which of them come later is the database's to say.</summary>
    public bool IsBefore(FindingView finding) =>
        Code != finding.MeteringPoint || (Kind, StartAt).CompareTo((finding.Kind, finding.StartAt)) < 0;
}
