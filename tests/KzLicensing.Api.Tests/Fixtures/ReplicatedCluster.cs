using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KzLicensing.Api.Platform.Database;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>
/// A primary with the registry on it and a streaming replica of it, of the same binaries; both last as long as the class.
/// </summary>
public sealed class ReplicatedCluster : IAsyncLifetime
{
    private readonly string home = Path.Combine(Path.GetTempPath(), $"kz-licensing-replica-{Environment.ProcessId}");
    private readonly PostgresBinaries binaries = PostgresBinaries.Find(null, null);
    private EmbeddedPostgres primary = null!;
    private int standbyPort;

    /// <summary>The application's role, on whichever of the two takes writes.</summary>
    public string Registry => On(primary.AppConnectionString, "Target Session Attributes=primary");

    /// <summary>The application's role, on the replica while there is one.</summary>
    public string Reads => On(primary.AppConnectionString, "Target Session Attributes=prefer-standby");

    public string PrimaryOwner => primary.OwnerConnectionString;
    public string StandbyOwner => new NpgsqlConnectionStringBuilder(primary.OwnerConnectionString) { Port = standbyPort }.ConnectionString;

    private string Standby => Path.Combine(home, "standby");
    private string PrimaryData => Path.Combine(home, "primary", "cluster");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(home);
        UnprivilegedUser.Give(home);
        primary = await EmbeddedPostgres.Start(Path.Combine(home, "primary"), fast: false, binDirectory: null, CancellationToken.None);
        await Migrations.Apply(primary.OwnerConnectionString, CancellationToken.None);
        await SeedData.LoadReference(primary.OwnerConnectionString, CancellationToken.None);
        var owner = new NpgsqlConnectionStringBuilder(primary.OwnerConnectionString);
        var source = $"host=127.0.0.1 port={owner.Port} user={owner.Username} password={owner.Password}";
        Demand("pg_basebackup", "-d", source, "-D", Standby, "-R", "-X", "stream", "-c", "fast");
        standbyPort = FreePort();
        var settings = $"-p {standbyPort} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''";
        Demand("pg_ctl", "start", "-D", Standby, "-w", "-t", "60", "-l", Path.Combine(Standby, "server.log"), "-o", settings);
    }

    public async ValueTask DisposeAsync()
    {
        UnprivilegedUser.Run(binaries.Tool("pg_ctl"), "stop", "-D", Standby, "-m", "immediate");
        await primary.DisposeAsync();
        Directory.Delete(home, recursive: true);
    }

    public async Task Execute(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Every commit waits until the replica has it: what is acknowledged outlives the primary.</summary>
    public async Task CommitOnBoth()
    {
        await Execute(PrimaryOwner, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await Execute(PrimaryOwner, "SELECT pg_reload_conf()");
    }

    public void KillPrimary() => Demand("pg_ctl", "stop", "-D", PrimaryData, "-m", "immediate");

    public void Promote() => Demand("pg_ctl", "promote", "-D", Standby, "-w");

    private string On(string connectionString, string which)
    {
        var one = new NpgsqlConnectionStringBuilder(connectionString);
        var hosts =
            $"127.0.0.1:{standbyPort.ToString(CultureInfo.InvariantCulture)},127.0.0.1:{one.Port.ToString(CultureInfo.InvariantCulture)}";
        return $"Host={hosts};Username={one.Username};Password={one.Password};Database={one.Database};Host Recheck Seconds=1;{which}";
    }

    private void Demand(string tool, params string[] arguments)
    {
        var (code, said) = UnprivilegedUser.Run(binaries.Tool(tool), arguments);
        if (code != 0) throw new InvalidOperationException($"{tool} failed: {said}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
