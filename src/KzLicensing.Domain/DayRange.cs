namespace KzLicensing.Domain;

/// <summary>Civil days from <paramref name="From"/> up to, not including, <paramref name="To"/>.</summary>
public readonly record struct DayRange(DateOnly From, DateOnly To)
{
    public int Days => To.DayNumber - From.DayNumber;
    public bool IsEmpty => To <= From;
    public bool Contains(DateOnly day) => From <= day && day < To;
    public DayRange Within(DayRange other) => new(From > other.From ? From : other.From, To < other.To ? To : other.To);

    /// <summary>Cuts this range at each of the days that lie inside it.</summary>
    public IEnumerable<DayRange> CutAt(IEnumerable<DateOnly> days)
    {
        var start = From;
        var range = this;
        foreach (var cut in days.Where(d => range.From < d && d < range.To).Distinct().Order())
        {
            yield return new DayRange(start, cut);
            start = cut;
        }

        if (start < To) yield return new DayRange(start, To);
    }
}
