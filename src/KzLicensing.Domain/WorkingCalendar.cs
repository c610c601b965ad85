namespace KzLicensing.Domain;

/// <summary>A day on which the five-day week does not hold: a holiday, or a weekend day moved to work.</summary>
public sealed record Holiday(DateOnly On, bool IsWorking);

/// <summary>Working days of Kazakhstan: Monday to Friday but for holidays and transfers by government decision.</summary>
/// <remarks>A year without data is refused with <c>calendar-year-missing</c>: guessing would move legal days silently.</remarks>
public sealed class WorkingCalendar(IReadOnlyCollection<Holiday> holidays)
{
    private readonly Dictionary<DateOnly, bool> exceptions = holidays.ToDictionary(h => h.On, h => h.IsWorking);
    private readonly HashSet<int> years = [.. holidays.Select(h => h.On.Year)];

    public Result<bool> IsWorkingDay(DateOnly day)
    {
        if (!years.Contains(day.Year))
            return new Error("calendar-year-missing", $"The working days of {day.Year} are not known.").With("year", day.Year);
        return exceptions.TryGetValue(day, out var working) ? working : day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
    }

    /// <summary>The day itself, or the next working day.</summary>
    public Result<DateOnly> OnOrAfter(DateOnly day) => AddWorkingDays(day.AddDays(-1), 1);

    /// <summary>The last day of a term that starts on the day after <paramref name="day"/>.</summary>
    public Result<DateOnly> AddWorkingDays(DateOnly day, int count)
    {
        while (count > 0)
        {
            day = day.AddDays(1);
            var working = IsWorkingDay(day);
            if (working.IsFailure) return working.Error;
            if (working.Value) count--;
        }

        return day;
    }

    /// <summary>Working days after <paramref name="after"/> up to and including <paramref name="upTo"/>.</summary>
    public Result<int> WorkingDaysBetween(DateOnly after, DateOnly upTo)
    {
        var count = 0;
        for (var day = after.AddDays(1); day <= upTo; day = day.AddDays(1))
        {
            var working = IsWorkingDay(day);
            if (working.IsFailure) return working.Error;
            if (working.Value) count++;
        }

        return count;
    }
}
