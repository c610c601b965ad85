using FluentValidation;
using KzLicensing.Api.Modules.Metering;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>The months over which findings are judged: some rules ask about a month as a whole.</summary>
internal static class FindingRange
{
    private const int MaxDays = 800;

    /// <summary>Nobody asks for days before it; what went on since then is judged by its thresholds.</summary>
    public static readonly DateOnly Earliest = PointRules.Earliest;

    /// <summary>
    /// Whole months around what is asked; by itself from the quarter before the current one until today. Fails with <c>range-too-long</c>.
    /// </summary>
    /// <param name="to">The day after the last one.</param>
    public static Result<DayRange> Of(DateOnly? from, DateOnly? to, DateTimeOffset now)
    {
        var today = CivilTime.DayOf(now);
        var first = from ?? Quarter.Of(to?.AddDays(-1) ?? today).Previous.From;
        var end = to ?? (today < first ? first : today).AddDays(1);
        var months = Around(new DayRange(first, end));
        return months.Days > MaxDays ? MeteringErrors.RangeTooLong(MaxDays, "days") : months;
    }

    public static DayRange Around(DayRange days) => new(FirstOfMonth(days.From), FirstOfMonth(days.To.AddDays(-1)).AddMonths(1));

    public static IRuleBuilderOptions<T, DateOnly?> MustBeRecent<T>(this IRuleBuilder<T, DateOnly?> rule) =>
        rule.InclusiveBetween(Earliest, PointRules.Latest);

    /// <summary>An instant of which some day and the next one can be named, whatever the clock.</summary>
    public static IRuleBuilderOptions<T, DateTimeOffset> MustBeRecent<T>(this IRuleBuilder<T, DateTimeOffset> rule) =>
        rule.InclusiveBetween(CivilTime.StartOf(Earliest), CivilTime.StartOf(PointRules.Latest));

    private static DateOnly FirstOfMonth(DateOnly day) => new(day.Year, day.Month, 1);
}
