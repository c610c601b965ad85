using System.Globalization;

namespace KzLicensing.Benchmarks;

/// <summary>Operations in a stretch of time and the CPU that all sides spent on them.</summary>
internal sealed record Stretch(long Operations, double Seconds, double CpuMicroseconds, double? P99Milliseconds = null);

/// <summary>Runs our side and the limit in turn and prints the ratio of medians: by the wall (r) and by CPU capacity (rc).</summary>
internal static class Duel
{
    public static async Task Run(string name, int rounds, Func<Task<Stretch>> limit, Func<Task<Stretch>> ours)
    {
        // The first seconds are the compiler's, not ours.
        for (var warming = 0; warming < 4; warming++) await ours();
        var (theirs, own) = (new List<Stretch>(), new List<Stretch>());
        for (var round = 0; round < rounds; round++)
        {
            theirs.Add(await limit());
            own.Add(await ours());
        }

        var (limitRate, ownRate) = (Median(theirs, s => s.Operations / s.Seconds), Median(own, s => s.Operations / s.Seconds));
        var (limitCpu, ownCpu) =
            (Median(theirs, s => s.CpuMicroseconds / s.Operations), Median(own, s => s.CpuMicroseconds / s.Operations));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: pgbench {limitRate:0}/s at {limitCpu:0.0} µs, ours {ownRate:0}/s at {ownCpu:0.0} µs, p99 "
                + $"{Median(own, s => s.P99Milliseconds ?? 0):0.0} ms; r={ownRate / limitRate:0.00} rc={limitCpu / ownCpu:0.00}"));
    }

    private static double Median(List<Stretch> stretches, Func<Stretch, double> of) =>
        stretches.Select(of).Order().ElementAt(stretches.Count / 2);
}
