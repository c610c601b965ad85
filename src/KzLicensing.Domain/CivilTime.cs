namespace KzLicensing.Domain;

/// <summary>From this day on, a place's clocks are this many hours ahead of UTC.</summary>
public sealed record CivilOffset(string Region, DateOnly EffectiveFrom, int UtcOffsetHours);

/// <summary>Civil days as instants. One zone, UTC+5, since 2024-03-01; before that it depended on the place.</summary>
public sealed class CivilTime(IEnumerable<CivilOffset> offsets)
{
    private static readonly TimeSpan National = TimeSpan.FromHours(5);
    private static readonly DateTimeOffset FirstHour = StartOf(new DateOnly(2000, 1, 1));

    private readonly ILookup<string, CivilOffset> byRegion = offsets.OrderByDescending(o => o.EffectiveFrom).ToLookup(o => o.Region);

    /// <summary>The legal day of an instant by the national time of today (UTC+5).</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(National).DateTime);

    /// <summary>When the national day (UTC+5) begins.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), National);

    /// <summary>Whole hours since 2000-01-01 began in UTC+5: a national day holds 24 of them.</summary>
    public static int HourOf(DateTimeOffset instant) => (int)(instant - FirstHour).TotalHours;

    /// <summary>The first of the 24 hours of a national day, counted as <see cref="HourOf(DateTimeOffset)"/> does.</summary>
    public static int HourOf(DateOnly day) => HourOf(StartOf(day));

    /// <summary>When an hour begins that is counted as <see cref="HourOf(DateTimeOffset)"/> does, in UTC.</summary>
    public static DateTimeOffset StartOfHour(int hour) => FirstHour.AddHours(hour).ToUniversalTime();

    /// <summary>
    /// When the civil day of a place begins. A change of clocks on a day takes effect at that day's first midnight by the old clock.
    /// </summary>
    /// <remarks>2024-02-29 had 25 hours in Almaty: it began at +06 and ended when the first of March began at +05.</remarks>
    public DateTimeOffset StartOf(DateOnly day, string region)
    {
        var offset = byRegion[region].FirstOrDefault(o => o.EffectiveFrom <= day);
        return offset is null ? StartOf(day) : new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(offset.UtcOffsetHours));
    }
}
