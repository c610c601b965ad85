using System.Globalization;
using KzLicensing.Domain.Findings;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>Where a finding stands in a list: by metering point, kind and time.</summary>
internal sealed record FindingPlace(string Code, FindingKind Kind, DateTimeOffset StartAt)
{
    public static FindingPlace Of(FindingView finding) => new(finding.MeteringPoint, finding.Kind, finding.StartAt);

    /// <summary>The place before all others when there is no cursor.</summary>
    public static FindingPlace Read(string? cursor) => cursor?.Split('|') is [var code, var kind, var at]
        ? new FindingPlace(code, Enum.Parse<FindingKind>(kind), DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))
        : new FindingPlace("", default, DateTimeOffset.MinValue);

    /// <summary>True for a finding of another metering point: which of them come later is the database's to say.</summary>
    public bool IsBefore(FindingView finding) => Code != finding.MeteringPoint || (Kind, StartAt).CompareTo((finding.Kind, finding.StartAt)) < 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code}|{Kind}|{StartAt:O}");
}
