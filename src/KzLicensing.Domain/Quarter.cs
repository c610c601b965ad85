using System.Globalization;

namespace KzLicensing.Domain;

/// <summary>A calendar quarter, the tax period of the digital mining fee.</summary>
public readonly record struct Quarter : IComparable<Quarter>
{
    private const int FirstYear = 2022, LastYear = 2100;

    private Quarter(int year, int number) => (Year, Number) = (year, number);

    public int Year { get; }
    public int Number { get; }

    /// <summary>The first day.</summary>
    public DateOnly From => new(Year, Number * 3 - 2, 1);

    /// <summary>The day after the last one.</summary>
    public DateOnly To => From.AddMonths(3);

    public Quarter Next => Of(To);
    public Quarter Previous => Of(From.AddDays(-1));

    public static Quarter Of(DateOnly day) => new(day.Year, (day.Month + 2) / 3);

    /// <summary>Reads <c>2026-Q1</c>; fails with <c>quarter-malformed</c>. The fee exists since 2022.</summary>
    public static Result<Quarter> Parse(string text) =>
        text is [_, _, _, _, '-', 'Q', >= '1' and <= '4']
        && int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && year is >= FirstYear and <= LastYear
            ? new Quarter(year, text[6] - '0')
            : new Error("quarter-malformed", $"A quarter is written like 2026-Q1, from {FirstYear}-Q1 to {LastYear}-Q4.");

    public int CompareTo(Quarter other) => (Year, Number).CompareTo((other.Year, other.Number));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year}-Q{Number}");

    public static bool operator <(Quarter left, Quarter right) => left.CompareTo(right) < 0;
    public static bool operator >(Quarter left, Quarter right) => left.CompareTo(right) > 0;
    public static bool operator <=(Quarter left, Quarter right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Quarter left, Quarter right) => left.CompareTo(right) >= 0;
}
