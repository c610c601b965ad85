using System.Globalization;

namespace KzLicensing.Benchmarks;

/// <summary>CPU time from <c>/proc</c> in microseconds: what work really cost, also on a machine that others share.</summary>
internal static class Cpu
{
    private const double MicrosecondsPerTick = 10_000;

    /// <summary>One process.</summary>
    public static double Of(int pid) => Stat(pid) is { } s ? (Ticks(s, 11) + Ticks(s, 12)) * MicrosecondsPerTick : 0;

    /// <summary>This process and the children that it has waited for.</summary>
    public static double OfThisAndChildren() =>
        Stat(Environment.ProcessId) is { } s ? Enumerable.Range(11, 4).Sum(i => Ticks(s, i)) * MicrosecondsPerTick : 0;

    /// <summary>A postmaster, its living backends, and those that have ended.</summary>
    public static double OfCluster(int postmaster)
    {
        var own = Stat(postmaster) is { } s ? Enumerable.Range(11, 4).Sum(i => Ticks(s, i)) * MicrosecondsPerTick : 0;
        return own + Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _))
            .Select(n => int.Parse(n!, CultureInfo.InvariantCulture)).Where(pid => Stat(pid) is { } child && Ticks(child, 1) == postmaster)
                .Sum(Of);
    }

    /// <summary>The fields after the command's name; null for a process that has gone.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Ticks(string[] stat, int field) => long.Parse(stat[field], CultureInfo.InvariantCulture);
}
