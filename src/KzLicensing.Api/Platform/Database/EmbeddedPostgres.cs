using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>A Postgres cluster of the program's own: made on first use, started with it, stopped with it, picked up again after a kill.</summary>
/// <remarks>It listens on the loopback interface only, with a password that the owner of the folder can read.</remarks>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string Owner = "registry_owner", App = "registry_app", Database = "registry";
    private const string DurableSettings = "-c shared_buffers=256MB -c max_wal_size=2GB";
    private const string FastSettings = "-c shared_buffers=128MB -c max_wal_size=2GB -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300";

    private readonly string cluster;
    private readonly string log;
    private readonly FileStream? ownership;
    private readonly PostgresBinaries binaries;
    private readonly string password;
    private readonly int port;

    private EmbeddedPostgres(string home, bool fast, string? binDirectory)
    {
        cluster = Path.Combine(home, "cluster");
        log = Path.Combine(cluster, "server.log");
        ownership = TakeOwnership(Path.Combine(home, "owner.lock"));
        binaries = PostgresBinaries.Find(binDirectory, MajorOf(cluster));
        password = Secret(Path.Combine(home, "password"));
        if (!File.Exists(Path.Combine(cluster, "PG_VERSION"))) Initialize(home);
        port = RunningPort() ?? StartServer(fast);
    }

    public string OwnerConnectionString => ConnectionString(Owner, Database);
    public string AppConnectionString => ConnectionString(App, Database);

    /// <summary>For the owner to create and drop databases.</summary>
    public string MaintenanceConnectionString => ConnectionString(Owner, "postgres");

    public string For(string user, string database) => ConnectionString(user, database);

    /// <summary>Starts the cluster, or joins the one that runs already.</summary>
    /// <param name="directory">Where it lives; a folder that the unprivileged user cannot reach is replaced by one that it can.</param>
    /// <param name="fast">Without durability: for tests only.</param>
    public static async Task<EmbeddedPostgres> Start(string directory, bool fast, string? binDirectory, CancellationToken ct)
    {
        var postgres = new EmbeddedPostgres(UnprivilegedUser.Home(directory), fast, binDirectory);
        await postgres.CreateDatabase(ct);
        return postgres;
    }

    /// <summary>Stops the server if this process owns it; another process that only joined leaves it running.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (ownership is null) return;
        await Task.Run(() => Pg("pg_ctl", "stop", "-D", cluster, "-m", "fast", "-w"));
        await ownership.DisposeAsync();
    }

    private static FileStream? TakeOwnership(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int? MajorOf(string cluster)
    {
        var file = Path.Combine(cluster, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
    }

    private static string Secret(string file)
    {
        if (!File.Exists(file))
        {
            File.WriteAllText(file, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return File.ReadAllText(file);
    }

    private void Initialize(string home)
    {
        Directory.CreateDirectory(cluster);
        UnprivilegedUser.Give(cluster);
        var passwordFile = Path.Combine(home, "initial-password");
        File.WriteAllText(passwordFile, password);
        UnprivilegedUser.Give(passwordFile);
        try
        {
            // C.UTF-8 knows upper and lower case beyond ASCII; a machine without it still gets a working cluster.
            string[] arguments = ["-D", cluster, "-U", Owner, "--auth=scram-sha-256", $"--pwfile={passwordFile}", "--encoding=UTF8"];
            if (Pg("initdb", [.. arguments, "--locale=C.UTF-8"]).ExitCode != 0) Demand("initdb", [.. arguments, "--locale=C"]);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    /// <summary>A server that answers on the port that <c>postmaster.pid</c> names, or null.</summary>
    private int? RunningPort()
    {
        var file = Path.Combine(cluster, "postmaster.pid");
        if (!File.Exists(file) || Pg("pg_ctl", "status", "-D", cluster).ExitCode != 0) return null;
        var lines = File.ReadAllLines(file);
        return lines.Length > 3 && int.TryParse(lines[3], CultureInfo.InvariantCulture, out var running) ? running : null;
    }

    private int StartServer(bool fast)
    {
        var free = FreePort();
        var settings = $"-p {free} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {(fast ? FastSettings : DurableSettings)}";
        Demand("pg_ctl", "start", "-D", cluster, "-w", "-t", "60", "-l", log, "-o", settings);
        return free;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task CreateDatabase(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(MaintenanceConnectionString);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("SELECT count(*) FROM pg_database WHERE datname = 'registry'", connection);
        if ((long)(await exists.ExecuteScalarAsync(ct))! > 0) return;
        await using var create = new NpgsqlCommand($"CREATE ROLE {App} LOGIN PASSWORD '{password}'", connection);
        await create.ExecuteNonQueryAsync(ct);
        create.CommandText = $"CREATE DATABASE {Database}";
        await create.ExecuteNonQueryAsync(ct);
    }

    private string ConnectionString(string user, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = user,
        Password = password,
        Database = database,
    }.ConnectionString;

    private (int ExitCode, string Output) Pg(string tool, params string[] arguments) => UnprivilegedUser.Run(binaries.Tool(tool), arguments);

    private void Demand(string tool, params string[] arguments)
    {
        var (code, output) = Pg(tool, arguments);
        if (code == 0) return;
        var said = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(10)) : "";
        throw new InvalidOperationException($"{tool} failed: {output.Trim()}\n{said}".Trim());
    }
}
