using System.Runtime.InteropServices;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Gathers hours into days. A day that is whole leaves soon; memory holds only the days that are still open.</summary>
/// <param name="leave">Takes days that are whole, or parts of days when too many are open.</param>
internal sealed class ReadingDays(Func<OpenDay, ValueTask> leave)
{
    private const int MaxOpen = 20_000;
    private const int WholeDay = (1 << 24) - 1;
    private static readonly DateOnly Epoch = new(2000, 1, 1);

    private readonly Dictionary<long, OpenDay> open = [];
    private readonly List<OpenDay> whole = [];
    private readonly Stack<OpenDay> spare = [];
    private OpenDay? current;
    private (int, int) lastByPoint = (int.MinValue, 0), lastByDay = (int.MinValue, 0);
    private bool byPoint = true, byDay = true;
    private readonly HashSet<DateOnly> months = [];
    private int first = int.MaxValue, last = int.MinValue, lastSeen = int.MinValue;

    /// <summary>First and last legal day seen; null before the first reading.</summary>
    public (DateOnly First, DateOnly Last)? Range => first > last ? null : (Epoch.AddDays(first), Epoch.AddDays(last));

    /// <summary>The first days of the months seen.</summary>
    public IReadOnlyCollection<DateOnly> Months => months;

    /// <summary>How many hours were taken.</summary>
    public long Hours { get; private set; }

    /// <summary>Too many days were open at once, or the file came back to one: some have left in several parts.</summary>
    public bool InParts { get; private set; }

    /// <summary>A day may have left more than once. Not when all left in ascending order, as files mostly have them.</summary>
    public bool MayRepeat => !byPoint && !byDay;

    /// <summary>Takes hours back that turned out to be there already, in a part that had left.</summary>
    public void TakeBack(int hours) => (Hours, InParts) = (Hours - hours, InParts || hours > 0);

    /// <summary>False when this hour was given before in the same open day.</summary>
    public bool Add(in Reading reading, long line)
    {
        var day = current is { } same && same.PointId == reading.PointId && same.Day == reading.Day ? same : Open(reading, line);
        var bit = 1 << reading.Hour;
        if ((day.Known & bit) != 0) return false;
        day.Known |= bit;
        if (reading.Estimated) day.Estimated |= bit;
        day.Wh[reading.Hour] = reading.Wh;
        day.Lines[reading.Hour] = (int)line;
        Hours++;
        if (day.Known == WholeDay) Close(day);
        return true;
    }

    /// <summary>Lets go of what need not wait; to be called every few hundred readings.</summary>
    public ValueTask LeaveWhole()
    {
        if (open.Count > MaxOpen) return LeaveInParts();
        return whole.Count == 0 ? ValueTask.CompletedTask : Leave();
    }

    public async ValueTask LeaveAll()
    {
        whole.AddRange(open.Values);
        open.Clear();
        current = null;
        await Leave();
    }

    private OpenDay Open(in Reading reading, long line)
    {
        ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(open, Key(reading.PointId, reading.Day), out var exists);
        if (!exists)
        {
            day = spare.TryPop(out var used) ? used : new OpenDay();
            (day.PointId, day.Day, day.FirstLine) = (reading.PointId, reading.Day, line);
            See(reading.Day);
        }

        return current = day!;
    }

    private void See(int day)
    {
        if (day == lastSeen) return;
        lastSeen = day;
        (first, last) = (Math.Min(first, day), Math.Max(last, day));
        var date = Epoch.AddDays(day);
        months.Add(date.AddDays(1 - date.Day));
    }

    private void Close(OpenDay day)
    {
        open.Remove(Key(day.PointId, day.Day));
        current = null;
        whole.Add(day);
    }

    private ValueTask LeaveInParts()
    {
        InParts = true;
        return LeaveAll();
    }

    private async ValueTask Leave()
    {
        foreach (var day in whole)
        {
            Follow(day);
            day.MayRepeat = MayRepeat;
            await leave(day);
            (day.Known, day.Estimated) = (0, 0);
            Array.Clear(day.Wh);
            spare.Push(day);
        }

        whole.Clear();
    }

    private void Follow(OpenDay day)
    {
        byPoint &= lastByPoint.CompareTo((day.PointId, day.Day)) < 0;
        byDay &= lastByDay.CompareTo((day.Day, day.PointId)) < 0;
        (lastByPoint, lastByDay) = ((day.PointId, day.Day), (day.Day, day.PointId));
    }

    private static long Key(int point, int day) => ((long)point << 32) | (uint)day;
}

/// <summary>Hours of one metering point and legal day; bits name the hours that are known and those that were estimated.</summary>
internal sealed class OpenDay
{
    public int PointId;
    public int Day;
    public int Known;
    public int Estimated;
    public long FirstLine;

    /// <summary>Other parts of this day may have left before.</summary>
    public bool MayRepeat;
    public readonly int[] Wh = new int[24];

    /// <summary>Where the file says each of the hours.</summary>
    public readonly int[] Lines = new int[24];
}
