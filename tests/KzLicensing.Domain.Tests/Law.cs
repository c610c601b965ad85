using System.Globalization;
using KzLicensing.Domain.Assessments;

namespace KzLicensing.Domain.Tests;

/// <summary>The tables of the law as they are seeded, so that tests and product read one truth.</summary>
internal static class Law
{
    public static WorkingCalendar Calendar { get; } = new(
        [.. Rows("Law/04_holidays.csv").Select(r => new Holiday(Day(r[0]), bool.Parse(r[2])))]);

    public static CivilTime CivilTime { get; } = new(
        [.. Rows("Law/03_civil_offsets.csv").Select(r => new CivilOffset(r[0], Day(r[1]), (int)Number(r[2])))]);

    public static IReadOnlyList<Deadline> Deadlines { get; } = [.. Rows("Law/07_fee_deadlines.csv").Select(r => new Deadline(
        Day(r[0]), DayOrNull(r[1]), (int?)NumberOrNull(r[2]), (int?)NumberOrNull(r[3]), (int)Number(r[4]), (int)Number(r[5])))];

    public static IReadOnlyList<BaseRate> BaseRates { get; } =
        [.. Rows("Law/06_base_rates.csv").Select(r => new BaseRate(Day(r[0]), NumberOrNull(r[1])))];

    public static IReadOnlyList<InterestTerms> InterestTerms { get; } =
        [new(Day("2022-01-01"), Parameter("late-interest-multiple"), Parameter("late-interest-divisor"))];

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    /// <summary>The columns before the first quoted one; the tables keep their prose at the end.</summary>
    public static IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, file)).Skip(1).Select(line => line.Split(','));

    private static decimal Parameter(string name) => Number(Rows("Law/08_legal_parameters.csv").Single(r => r[0] == name)[3]);

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", Invariant);
    public static DateOnly? DayOrNull(string text) => text.Length == 0 ? null : Day(text);
    public static decimal Number(string text) => decimal.Parse(text, NumberStyles.Float, Invariant);
    public static decimal? NumberOrNull(string text) => text.Length == 0 ? null : Number(text);
}
