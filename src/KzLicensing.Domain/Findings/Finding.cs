namespace KzLicensing.Domain.Findings;

/// <summary>What is wrong with the readings of a metering point, judged against its facts, its license and its purchases.</summary>
public enum FindingKind
{
    /// <summary>A working meter has no reading. At stake: the maximum capacity for so long.</summary>
    Gap,

    /// <summary>More was used in an hour than the site can take. At stake: what is above the capacity.</summary>
    OverCapacity,

    /// <summary>A working meter of a licensed site reads zero for long. At stake: the maximum capacity for so long.</summary>
    FlatZero,

    /// <summary>Electricity was used while the license was suspended or after it was revoked (Law 193-VII art. 9(4)).</summary>
    LoadWhileSuspended,

    /// <summary>Electricity was used without a license of the payer that is in force, or before anybody was named who pays.</summary>
    LoadWithoutLicense,

    /// <summary>A license was in force for a whole month, or all of a payer's share of it, and all readings that came are zero.</summary>
    LicenseWithoutLoad,

    /// <summary>Too large a part of a month's hours was estimated. At stake: what was estimated.</summary>
    TooMuchEstimated,

    /// <summary>What was bought in a month and what was read differ too much. At stake: the difference.</summary>
    PurchasesMismatch,
}

/// <summary>From where on something is a finding: house rules, not law, and therefore dated data.</summary>
/// <param name="GraceHours">Readings may come so late before their absence is a gap.</param>
/// <param name="GapMinHours">The shortest gap that is told.</param>
/// <param name="ZeroMinHours">The shortest flat zero that is told.</param>
/// <param name="OverCapacityPercent">Above the maximum capacity.</param>
/// <param name="EstimatedMaxPercent">Of the hours of a month that are known.</param>
/// <param name="MismatchPercent">Of the larger of bought and read.</param>
/// <param name="PurchasesDueDays">Purchases may come so many days after the month.</param>
public sealed record FindingThresholds(
    int GraceHours, int GapMinHours, int ZeroMinHours, decimal OverCapacityPercent, decimal EstimatedMaxPercent, decimal MismatchPercent,
    int PurchasesDueDays);

/// <summary>Hours without a break of which the same is wrong.</summary>
/// <param name="FromHour">Counted as <see cref="CivilTime.HourOf(DateTimeOffset)"/> does.</param>
/// <param name="ToHour">The hour after the last one.</param>
/// <param name="Kzt">By the rate in force on each day; null where the rate depends on a price or on facts that are unknown.</param>
/// <param name="Acknowledged">Null while nobody has taken note of this finding as it is now.</param>
/// <param name="Lapsed">
/// What somebody took note of and what is there no longer: readings or facts of these hours have changed since.
/// </param>
public sealed record Finding(
    FindingKind Kind, int FromHour, int ToHour, decimal Kwh, decimal? Kzt, Acknowledgement? Acknowledged, Acknowledgement? Lapsed)
{
    /// <summary>Who pays in these hours; null before anybody was named.</summary>
    public string? PayerBin { get; init; }

    public int Hours => ToHour - FromHour;
}
