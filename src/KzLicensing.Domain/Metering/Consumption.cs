namespace KzLicensing.Domain.Metering;

/// <summary>How finely consumption is told; the names are those of the query parameter.</summary>
public enum ConsumptionStep
{
    hour,
    day,
    month,
    quarter,
}

/// <summary>What was used in one hour, day, month or quarter, and how well that is known.</summary>
/// <param name="On">The first civil day of the place.</param>
/// <param name="EstimatedKwh">The part of <paramref name="Kwh"/> that the operator estimated.</param>
/// <param name="MissingHours">
/// Hours of a working meter for which a reading is due and none is here; over several metering points their sum.
/// </param>
public sealed record ConsumptionRow(
    DateTimeOffset StartAt, DateOnly On, decimal Kwh, decimal EstimatedKwh, int MeasuredHours, int EstimatedHours, int MissingHours)
{
    private int Hours => MeasuredHours + EstimatedHours + MissingHours;

    public decimal MeasuredShare => Share(MeasuredHours);
    public decimal EstimatedShare => Share(EstimatedHours);
    public decimal MissingShare => Share(MissingHours);

    /// <summary>Of all hours, with four decimals.</summary>
    private decimal Share(int hours) => Hours == 0 ? 0 : decimal.Round((decimal)hours / Hours, 4, MidpointRounding.AwayFromZero);
}

/// <summary>A national day (UTC+5) at a place, summed over the metering points of which the same hours are known and estimated.</summary>
public sealed record DaySums
{
    public string Region { get; init; } = "";

    /// <summary>Whether the points are metered; see <see cref="ExpectedReadings"/>.</summary>
    public bool IsMetered { get; init; }

    public DateOnly Day { get; init; }
    public int Points { get; init; }

    /// <summary>Bits name the hours.</summary>
    public int Known { get; init; }

    /// <summary>Bits name the hours; all of them are known.</summary>
    public int Estimated { get; init; }

    /// <summary>24 sums, whatever was known.</summary>
    public long[] Wh { get; init; } = [];
}

/// <summary>
/// Puts hours into the steps of civil time in which they belong: a day of Almaty began an hour before the national one until 2024-03-01.
/// </summary>
/// <param name="dueBefore">The first hour that may still come, by what is in force on the day; see <see cref="ExpectedReadings"/>.</param>
public sealed class ConsumptionTable(DayRange range, ConsumptionStep step, CivilTime time, Func<DateOnly, int> dueBefore)
{
    private readonly SortedDictionary<DateTimeOffset, Sum> sums = [];
    private readonly Dictionary<string, Timeline> timelines = [];

    /// <summary>Counts on readings of so many metering points of a place for each hour of these days that is due.</summary>
    public void Expect(string region, DayRange days, int points)
    {
        var timeline = TimelineOf(region);
        for (var hour = CivilTime.HourOf(time.StartOf(days.From, region)); hour < CivilTime.HourOf(time.StartOf(days.To, region)); hour++)
            if (timeline.IsDue(hour)) timeline.At(hour)!.Expected += points;
    }

    /// <summary>Adds what was read; hours outside the range are left out.</summary>
    public void Add(DaySums read)
    {
        var (timeline, first) = (TimelineOf(read.Region), CivilTime.HourOf(read.Day));
        for (var hour = 0; hour < 24; hour++)
        {
            if ((read.Known >> hour & 1) == 0 || timeline.At(first + hour) is not { } sum) continue;
            sum.Known += read.Points;
            if (read.IsMetered && timeline.IsDue(first + hour)) sum.Arrived += read.Points;
            sum.Wh += read.Wh[hour];
            if ((read.Estimated >> hour & 1) == 0) continue;
            sum.Estimated += read.Points;
            sum.EstimatedWh += read.Wh[hour];
        }
    }

    /// <summary>All steps in the order of time.</summary>
    public List<ConsumptionRow> ToRows() => [.. sums.Values.Select(s => s.ToRow())];

    private Timeline TimelineOf(string region)
    {
        if (timelines.TryGetValue(region, out var known)) return known;
        var first = CivilTime.HourOf(time.StartOf(range.From, region));
        var (byHour, due) = (new List<Sum>(), first);
        for (var day = range.From; day < range.To; day = day.AddDays(1))
        {
            var end = CivilTime.HourOf(time.StartOf(day.AddDays(1), region));
            for (var hour = first + byHour.Count; hour < end; hour++) byHour.Add(SumOf(day, hour, region));
            due = Math.Max(due, Math.Min(end, dueBefore(day)));
        }

        return timelines[region] = new Timeline(first, due, byHour);
    }

    /// <summary>Places with other clocks share a sum when they share the civil day, or the very hour.</summary>
    private Sum SumOf(DateOnly day, int hour, string region)
    {
        var on = FirstDay(day);
        var startAt = step is ConsumptionStep.hour ? CivilTime.StartOfHour(hour) : time.StartOf(on, region).ToUniversalTime();
        var key = step is ConsumptionStep.hour ? startAt : CivilTime.StartOf(on);
        if (!sums.TryGetValue(key, out var sum)) sums[key] = sum = new Sum(startAt, on);
        if (startAt < sum.StartAt) sum.StartAt = startAt;
        return sum;
    }

    private DateOnly FirstDay(DateOnly day)
    {
        var first = step switch
        {
            ConsumptionStep.hour or ConsumptionStep.day => day,
            ConsumptionStep.month => new DateOnly(day.Year, day.Month, 1),
            ConsumptionStep.quarter => new DateOnly(day.Year, (day.Month - 1) / 3 * 3 + 1, 1),
        };
        return first < range.From ? range.From : first;
    }

    /// <param name="Due">Readings of all hours before this one are due.</param>
    private sealed record Timeline(int FirstHour, int Due, List<Sum> ByHour)
    {
        public bool IsDue(int hour) => hour < Due;
        public Sum? At(int hour) => hour >= FirstHour && hour - FirstHour < ByHour.Count ? ByHour[hour - FirstHour] : null;
    }

    private sealed class Sum(DateTimeOffset startAt, DateOnly on)
    {
        public DateTimeOffset StartAt = startAt;
        public long Wh, EstimatedWh;
        public int Expected, Arrived, Known, Estimated;

        public ConsumptionRow ToRow() =>
            new(StartAt, on, Wh / 1000m, EstimatedWh / 1000m, Known - Estimated, Estimated, Expected - Arrived);
    }
}
