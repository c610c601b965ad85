using KzLicensing.Domain;
using KzLicensing.Domain.Findings;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>
/// The months that are judged, and some days around them: enough to see whether a run of hours at their edge is long enough to be told.
/// </summary>
/// <param name="Months">Whole ones: some rules ask about a month as a whole.</param>
internal sealed record FindingWindow(DayRange Months, int MarginDays, CivilTime Time)
{
    public DayRange Days => new(Months.From.AddDays(-MarginDays), Months.To.AddDays(MarginDays));

    /// <summary>No finding goes on over the end of a year, so that in whole years each is seen from end to end.</summary>
    public FindingWindow WholeYears =>
        this with { Months = new DayRange(new DateOnly(Months.From.Year, 1, 1), new DateOnly(Months.To.AddDays(-1).Year + 1, 1, 1)) };

    public MeterHours Hours(string region) => new(HourOf(Days.From, region), HourOf(Days.To, region));

    public bool IsTouchedBy(Finding finding, string region) =>
        finding.FromHour < HourOf(Months.To, region) && HourOf(Months.From, region) < finding.ToHour;

    /// <summary>
    /// Whether a finding of these months may go on where nothing was judged. A license that goes unused is judged by the month, also beyond
    /// those days.
    /// </summary>
    public bool MayBeCutIn(Finding finding, string region)
    {
        var judged = finding.Kind is FindingKind.LicenseWithoutLoad ? Months : Days;
        return IsTouchedBy(finding, region)
            && (finding.FromHour <= HourOf(judged.From, region) || HourOf(judged.To, region) <= finding.ToHour);
    }

    private int HourOf(DateOnly day, string region) => CivilTime.HourOf(Time.StartOf(day, region));
}
