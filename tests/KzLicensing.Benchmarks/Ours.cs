namespace KzLicensing.Benchmarks;

/// <summary>Our side of a duel: the CPU of the program, of Postgres and of the load generator together.</summary>
internal static class Ours
{
    public static async Task<Stretch> Run(Arena arena, Func<long, byte[]> request, string expected, int connections = Arena.Connections)
    {
        var before = Spent(arena);
        var load = await Load.Run(connections, TimeSpan.FromSeconds(Arena.Seconds), request, expected);
        if (load.Failures > 0) throw new InvalidDataException($"{load.Failures} of {load.Requests} requests failed.");
        return new Stretch(load.Requests, load.Seconds, Spent(arena) - before, load.P99Milliseconds);
    }

    private static double Spent(Arena arena) => Cpu.Of(arena.ApiPid) + Cpu.OfCluster(Pgbench.Postmaster(arena)) + Cpu.OfThisAndChildren();
}
