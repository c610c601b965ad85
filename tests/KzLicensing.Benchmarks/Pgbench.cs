using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace KzLicensing.Benchmarks;

/// <summary>The limit: the same SQL by Postgres' own load generator, prepared, with as many clients.</summary>
internal static partial class Pgbench
{
    public static async Task<Stretch> Run(Arena arena, string script)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        var owner = arena.Owner;
        var start = new ProcessStartInfo("pgbench",
            ["-n", "-M", "prepared", "-c", $"{Arena.Connections}", "-j", "2", "-T", $"{Arena.Seconds}", "-f", file, "-h", owner.Host!,
                "-p", $"{owner.Port}", "-U", owner.Username!, owner.Database!])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = owner.Password;
        var (client, server) = (Cpu.OfThisAndChildren(), Cpu.OfCluster(Postmaster(arena)));
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(file);
        var done = Processed().Match(output);
        if (!done.Success || done.Groups[1].Value == "0") throw new InvalidOperationException(output + await errors);
        var cpu = Cpu.OfThisAndChildren() - client + Cpu.OfCluster(Postmaster(arena)) - server;
        return new Stretch(long.Parse(done.Groups[1].Value, CultureInfo.InvariantCulture), Arena.Seconds, cpu);
    }

    /// <summary>Any backend's parent.</summary>
    public static int Postmaster(Arena arena) => postmaster ??= int.Parse(
        File.ReadAllText($"/proc/{arena.Sql<int>("SELECT pg_backend_pid()").GetAwaiter().GetResult()}/stat").Split(") ")[^1]
            .Split(' ')[1], CultureInfo.InvariantCulture);

    private static int? postmaster;

    [GeneratedRegex(@"transactions actually processed: (\d+)")]
    private static partial Regex Processed();
}
