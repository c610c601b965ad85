using System.Diagnostics;
using System.Globalization;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>The program's own cluster outlives whatever is killed, and ends with whoever owns it.</summary>
public sealed class EmbeddedPostgresTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string home = Path.Combine(Path.GetTempPath(), $"kz-licensing-tests-{Environment.ProcessId}-{Guid.NewGuid():N}");
    private readonly ClusterCleaner cleaner;

    public EmbeddedPostgresTests() => cleaner = ClusterCleaner.Watch(home);

    public async ValueTask DisposeAsync() => await cleaner.DisposeAsync();

    [Fact]
    public async Task What_a_killed_program_left_behind_is_picked_up_by_the_next_start_and_stopped_with_it()
    {
        using var first = await StartProgram();
        await using (var joined = await Start()) await Execute(joined, "CREATE TABLE kept AS SELECT 7 AS n");
        var postmaster = Postmaster();
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(postmaster, Postmaster());

        using var second = await StartProgram();
        Assert.Equal(postmaster, Postmaster());
        await using (var joined = await Start()) Assert.Equal(7, await Execute(joined, "SELECT n FROM kept"));
        Process.Start("kill", ["-INT", $"{second.Id}"]).WaitForExit();
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, null), (second.ExitCode, Postmaster()));
    }

    [Fact]
    public async Task A_server_that_is_killed_comes_back_while_its_owner_lives()
    {
        await using var cluster = await Start();
        await Execute(cluster, "CREATE TABLE kept AS SELECT 7 AS n");
        using var stop = new CancellationTokenSource();
        var watch = cluster.Watch(stop.Token);
        var killed = Postmaster()!.Value;
        Kill(killed);
        Assert.Equal(7, await Patiently(() => Execute(cluster, "SELECT n FROM kept")));
        Assert.NotEqual(killed, Postmaster());
        await stop.CancelAsync();
        await watch;
    }

    [Fact]
    public async Task A_cluster_whose_owner_and_server_were_killed_starts_again_with_all_that_it_had()
    {
        var cluster = await Start();
        await Execute(cluster, "CREATE TABLE kept AS SELECT 7 AS n");
        Kill(Postmaster()!.Value);
        await cluster.DisposeAsync();
        await using var again = await Start();
        Assert.Equal(7, await Execute(again, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task Who_only_joined_leaves_the_server_running()
    {
        await using (await Start())
        {
            var joined = await Start();
            Assert.Equal(1, await Execute(joined, "SELECT 1"));
            await joined.DisposeAsync();
            Assert.NotNull(Postmaster());
        }

        Assert.Null(Postmaster());
    }

    [Fact]
    public async Task An_initialization_that_was_cut_short_is_made_anew()
    {
        Directory.CreateDirectory(Path.Combine(home, "cluster.new", "half"));
        await using var cluster = await Start();
        Assert.Equal(1, await Execute(cluster, "SELECT 1"));
        Assert.False(Directory.Exists(Path.Combine(home, "cluster.new")));
    }

    /// <summary>Durable as the program's own: what was committed is there after a kill.</summary>
    private Task<EmbeddedPostgres> Start() =>
        EmbeddedPostgres.Start(home, fast: false, binDirectory: null, TestContext.Current.CancellationToken);

    /// <summary>The whole program in a process of its own, up to the line that says it is ready.</summary>
    private async Task<Process> StartProgram()
    {
        var start = new ProcessStartInfo("dotnet",
            [typeof(EmbeddedPostgres).Assembly.Location, "--urls", "http://127.0.0.1:0"])
        { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Postgres__DataDirectory"] = home;
        start.Environment["Seed__Demo"] = "false";
        var program = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        while (await program.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            if (line.Contains("is ready", StringComparison.Ordinal)) return program;
        throw new InvalidOperationException($"The program ended with {program.ExitCode} before it was ready.");
    }

    /// <summary>The server's process; null when none runs.</summary>
    private int? Postmaster()
    {
        var file = Path.Combine(home, "cluster", "postmaster.pid");
        return File.Exists(file) ? int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture) : null;
    }

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    private static async Task<object?> Execute(EmbeddedPostgres cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.OwnerConnectionString + ";Pooling=false;Timeout=5");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<T> Patiently<T>(Func<Task<T>> ask)
    {
        for (var asked = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                return await ask();
            }
            catch (NpgsqlException) when (asked.Elapsed < Patience)
            {
                // The server is not back yet.
            }
        }
    }
}
