namespace KzLicensing.Domain.Findings;

/// <summary>The hours of one metering point over a range, each with its whole watt-hours or nothing.</summary>
/// <param name="first">The first hour, counted as <see cref="CivilTime.HourOf(DateTimeOffset)"/> does.</param>
/// <param name="end">The hour after the last one.</param>
public sealed class MeterHours(int first, int end)
{
    private const int Missing = -1;
    private readonly int[] read = Filled(end - first);
    private readonly bool[] estimated = new bool[end - first];

    /// <summary>Takes a national day (UTC+5); bits name the hours that are known and those that were estimated.</summary>
    public void Add(DateOnly day, int knownHours, int estimatedHours, ReadOnlySpan<int> wh)
    {
        var start = CivilTime.HourOf(day) - first;
        for (var hour = Math.Max(0, -start); hour < Math.Min(24, read.Length - start); hour++)
        {
            if ((knownHours >> hour & 1) == 0) continue;
            read[start + hour] = wh[hour];
            estimated[start + hour] = (estimatedHours >> hour & 1) == 1;
        }
    }

    /// <summary>Null where there is no reading.</summary>
    public int? WhIn(int hour) => read[hour - first] is var wh and not Missing ? wh : null;

    public bool IsEstimated(int hour) => estimated[hour - first];

    private static int[] Filled(int hours)
    {
        var empty = new int[hours];
        Array.Fill(empty, Missing);
        return empty;
    }
}
