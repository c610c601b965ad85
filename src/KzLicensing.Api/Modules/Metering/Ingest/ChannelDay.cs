using System.Globalization;
using System.Text;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>The hours of one channel on one civil day, put together from whole or half hours.</summary>
internal sealed class ChannelDay
{
    private const int FirstHalf = 1, SecondHalf = 2, Whole = FirstHalf | SecondHalf, MinutesOfDay = 24 * 60, LastClockHour = 23;

    /// <summary>The second copy of the last clock hour, and the one that says of itself that it is the first.</summary>
    private const int SecondCopy = 24, MarkedCopy = 25;

    private readonly Slot[] slots = new Slot[MarkedCopy + 1];
    private int hoursOfDay = 24;
    private int current = -1, currentPart;

    /// <param name="OfDay">From 0, counted from midnight.</param>
    /// <param name="Wh"><see cref="Reading.Unknown"/> when some of its value is missing.</param>
    /// <param name="Error">What is wrong with it; null when it is good.</param>
    public readonly record struct Hour(int OfDay, int Wh, bool Estimated, string? Error, long Line);

    /// <param name="hours">25 when clocks go back at the end of the day: its last hour comes twice.</param>
    public void Clear(int hours)
    {
        Array.Clear(slots);
        (hoursOfDay, current) = (hours, -1);
    }

    /// <summary>
    /// Begins a period such as 0030 to 0100; the last one of a day ends at 0000. A clock hour that comes twice is given twice, and
    /// <paramref name="summer"/> marks its first copy, the one before clocks go back; without marks the first that comes is the first.
    /// </summary>
    /// <returns>False when it is neither an hour on the hour nor half of one.</returns>
    public bool Open(string? start, string? end, bool summer, long line)
    {
        current = -1;
        if (MinutesOf(start) is not { } from || MinutesOf(end) is not { } to) return false;
        if (to == 0) to = MinutesOfDay;
        var part = (to - from, from % 60) switch
        {
            (60, 0) => Whole,
            (30, 0) => FirstHalf,
            (30, 30) => SecondHalf,
            _ => 0,
        };
        if (part == 0) return false;
        current = from / 60;
        if (current == LastClockHour && hoursOfDay > SecondCopy)
            current = summer ? MarkedCopy : (slots[LastClockHour].Parts & part) != 0 ? SecondCopy : LastClockHour;
        currentPart = part;
        ref var slot = ref slots[current];
        if ((slot.Parts & part) != 0) slot.Error ??= "duplicate-hour";
        slot.Parts |= part;
        slot.Line = line;
        return true;
    }

    /// <summary>The period that is open has no value, whatever it says.</summary>
    public void Miss()
    {
        if (current >= 0) slots[current].Missed = true;
    }

    /// <summary>A status other than 0 says that the value is not fit for billing: an estimate.</summary>
    public void Qualify(string? status)
    {
        if (current >= 0 && status is not (null or "0")) slots[current].Estimated = true;
    }

    public void Add(string kwh)
    {
        if (current < 0 || kwh.Length == 0) return;
        ref var slot = ref slots[current];
        if ((slot.Valued & currentPart) != 0) slot.Error ??= "kwh-malformed";
        slot.Valued |= currentPart;
        var error = ReadingFields.ParseWh(Encoding.UTF8.GetBytes(kwh), out var wh);
        slot.Error ??= error;
        slot.Wh += wh;
    }

    public IEnumerable<Hour> Hours()
    {
        if (slots[MarkedCopy].Parts != 0) OrderCopies();
        for (var hour = 0; hour <= SecondCopy; hour++)
        {
            if (slots[hour] is { Parts: not 0 } slot)
                yield return new Hour(hour, slot.Value, slot.Estimated, slot.Problem, slot.Line);
        }
    }

    /// <summary>Beside a marked first copy the other one is the second, wherever it stands; there is no third.</summary>
    private void OrderCopies()
    {
        if (slots[SecondCopy].Parts != 0) slots[LastClockHour].Error ??= "duplicate-hour";
        (slots[LastClockHour], slots[SecondCopy]) = (slots[MarkedCopy], slots[LastClockHour]);
    }

    private static int? MinutesOf(string? time) =>
        time is { Length: 4 } && int.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number / 100 < 24
            && number % 100 < 60
            ? number / 100 * 60 + number % 100
            : null;

    private struct Slot
    {
        public int Parts;

        /// <summary>The parts that have their value.</summary>
        public int Valued;
        public long Wh;
        public bool Estimated;

        /// <summary>One of its periods is marked as not available.</summary>
        public bool Missed;
        public string? Error;
        public long Line;

        public readonly int Value => IsGap ? Reading.Unknown : (int)Math.Min(Wh, int.MaxValue);

        public readonly string? Problem =>
            Error ?? (IsGap ? null : Parts != Whole ? "half-hour-missing" : Wh > int.MaxValue ? "kwh-out-of-range" : null);

        private readonly bool IsGap => Missed || Valued != Parts;
    }
}
