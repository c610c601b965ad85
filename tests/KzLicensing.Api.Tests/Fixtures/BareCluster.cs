using System.Net;
using System.Net.Sockets;
using KzLicensing.Api.Platform.Database;
using Npgsql;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>
/// A Postgres cluster as an operator gets one: the superuser is <c>postgres</c>, and nothing of the registry is there. Whoever connects is
/// believed.
/// </summary>
internal sealed class BareCluster : IAsyncDisposable
{
    private readonly ClusterCleaner cleaner;

    private BareCluster(ClusterCleaner cleaner, PostgresBinaries binaries, int port) =>
        (this.cleaner, Binaries, Port) = (cleaner, binaries, port);

    public PostgresBinaries Binaries { get; }

    public int Port { get; }

    public static BareCluster Start()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"kz-licensing-bare-{Guid.NewGuid():N}");
        var (cluster, binaries, port) = (Path.Combine(folder, "cluster"), PostgresBinaries.Find(null, null), FreePort());
        var cleaner = ClusterCleaner.Watch(folder);
        Directory.CreateDirectory(cluster);
        UnprivilegedUser.Give(cluster);
        Demand(binaries.Tool("initdb"), "-D", cluster, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
            "--no-sync");
        Demand(binaries.Tool("pg_ctl"), "start", "-D", cluster, "-w", "-l", Path.Combine(cluster, "server.log"),
            "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off");
        return new BareCluster(cleaner, binaries, port);
    }

    /// <summary>As the superuser; no connection outlives its use.</summary>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = "postgres",
            Database = database,
            Pooling = false
        }.ConnectionString;

    public ValueTask DisposeAsync() => cleaner.DisposeAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Demand(string program, params string[] arguments)
    {
        var (code, output) = UnprivilegedUser.Run(program, arguments);
        if (code != 0) throw new InvalidOperationException($"{program} failed: {output}");
    }
}
