using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using KzLicensing.Api.Platform.Operations;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>
/// A Postgres cluster of the program's own: made on first use, started with it, stopped with it, picked up again after a kill.
/// </summary>
/// <remarks>It listens on the loopback interface only, with a password that the owner of the folder can read.</remarks>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string Owner = "registry_owner", App = "registry_app", Database = "registry";
    private const string DurableSettings = "-c shared_buffers=256MB -c max_wal_size=2GB";
    private const string FastSettings =
        "-c shared_buffers=128MB -c max_wal_size=2GB -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300";
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(60);

    private readonly string home;
    private readonly string cluster;
    private readonly string log;
    private readonly string passwordFile;
    private readonly string pidFile;
    private readonly PostgresBinaries binaries;
    private FileStream? ownership;
    private int port;
    private string password = "";

    private EmbeddedPostgres(string home, string? binDirectory)
    {
        this.home = home;
        cluster = Path.Combine(home, "cluster");
        log = Path.Combine(cluster, "server.log");
        passwordFile = Path.Combine(home, "password");
        pidFile = Path.Combine(cluster, "postmaster.pid");
        binaries = PostgresBinaries.Find(binDirectory, MajorOf(cluster));
    }

    public string OwnerConnectionString => ConnectionString(Owner, Database);
    public string AppConnectionString => ConnectionString(App, Database);

    /// <summary>For the owner to create and drop databases.</summary>
    public string MaintenanceConnectionString => ConnectionString(Owner, "postgres");

    /// <summary>Starts the cluster, or joins the one that runs already.</summary>
    /// <param name="directory">Where it lives; a folder that the unprivileged user cannot reach is replaced by one that it can.</param>
    /// <param name="fast">Without durability: for tests only.</param>
    /// <param name="binDirectory">Where Postgres' programs are; null: the usual places.</param>
    /// <param name="ct">Ends the wait for another process that is starting or stopping the same cluster.</param>
    public static async Task<EmbeddedPostgres> Start(string directory, bool fast, string? binDirectory, CancellationToken ct)
    {
        var postgres = new EmbeddedPostgres(UnprivilegedUser.Home(directory), binDirectory);
        await postgres.StartOrJoin(fast, ct);
        postgres.password = await File.ReadAllTextAsync(postgres.passwordFile, ct);
        await postgres.CreateDatabase(ct);
        return postgres;
    }

    /// <summary>Brings the server back within seconds when it dies while the program lives, until told to stop.</summary>
    public async Task Watch(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await Revive(stopping);
        }
        catch (OperationCanceledException)
        {
            // The program stops, and stops the server by itself.
        }
    }

    private async Task Revive(CancellationToken ct)
    {
        if (ownership is null || Answers(port)) return;
        try
        {
            await StartOrJoin(fast: false, ct);
        }
        catch (InvalidOperationException notYet)
        {
            // Backends of the dead server may hold its memory for a moment; the next second tries again.
            await Console.Error.WriteLineAsync(notYet.Message);
        }
    }

    /// <summary>Stops the server if this process owns it; another process that only joined leaves it running.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (ownership is null) return;
        await Task.Run(() => Pg("pg_ctl", "stop", "-D", cluster, "-m", "fast", "-w"));
        await ownership.DisposeAsync();
    }

    /// <summary>Only the owner starts the server; everyone waits while another process starts or stops it.</summary>
    private async Task StartOrJoin(bool fast, CancellationToken ct)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Glance)
        {
            ownership ??= TakeOwnership();
            var running = RunningServer();
            if (running is null && ownership is not null)
            {
                if (!Directory.Exists(cluster)) Initialize(fast);
                port = StartServer(fast);
                return;
            }

            if (running is { Ready: true })
            {
                port = running.Value.Port;
                return;
            }

            await Task.Delay(Glance, ct);
        }

        throw new InvalidOperationException($"Another process holds {home} but its server does not answer; {log} may say why.");
    }

    /// <summary>The operating system gives the lock back when its holder dies, however it dies.</summary>
    private FileStream? TakeOwnership()
    {
        try
        {
            return new FileStream(Path.Combine(home, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"{home} belongs to another user. Start as that user, remove the folder, or set Postgres__DataDirectory.");
        }
    }

    private static int? MajorOf(string cluster)
    {
        var file = Path.Combine(cluster, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The cluster gets its name when it is whole: one that was cut short is made anew.</summary>
    private void Initialize(bool fast)
    {
        var incomplete = cluster + ".new";
        if (Directory.Exists(incomplete)) Directory.Delete(incomplete, recursive: true);
        Directory.CreateDirectory(incomplete);
        UnprivilegedUser.Give(incomplete);
        OwnerOnlyFile.Write(passwordFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        UnprivilegedUser.Give(passwordFile);

        string[] arguments = ["-D", incomplete, "-U", Owner, "--auth=scram-sha-256", $"--pwfile={passwordFile}", "--encoding=UTF8"];
        if (fast) arguments = [.. arguments, "--no-sync"];
        // C.UTF-8 knows upper and lower case beyond ASCII; a machine without it still gets a working cluster.
        if (Pg("initdb", [.. arguments, "--locale=C.UTF-8"]).ExitCode != 0) Demand("initdb", [.. arguments, "--locale=C"]);
        Directory.Move(incomplete, cluster);
    }

    /// <summary>What <c>postmaster.pid</c> says of a process that lives: the port is its line 4, the state its line 8.</summary>
    private (int Port, bool Ready)? RunningServer()
    {
        if (!File.Exists(pidFile)) return null;
        var lines = File.ReadAllLines(pidFile);
        if (Pg("pg_ctl", "status", "-D", cluster).ExitCode != 0) return null;
        if (lines.Length < 8) return (0, false);
        var stated = int.Parse(lines[3], CultureInfo.InvariantCulture);
        return (stated, lines[7].Trim() == "ready" && Answers(stated));
    }

    /// <summary>A killed server counts as alive until its parent has seen it die; it answers no more.</summary>
    private static bool Answers(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private int StartServer(bool fast)
    {
        var free = FreePort();
        var settings = $"-p {free} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {(fast ? FastSettings : DurableSettings)}";
        Demand("pg_ctl", "start", "-D", cluster, "-w", "-t", "60", "-l", log, "-o", settings);
        return free;
    }

    /// <summary>The port of the last time, so that a developer's psql keeps working; another when somebody else has it now.</summary>
    private int FreePort()
    {
        var memory = Path.Combine(home, "port");
        var last = File.Exists(memory) ? int.Parse(File.ReadAllText(memory), CultureInfo.InvariantCulture) : 0;
        var free = Listen(last) ?? Listen(0) ?? throw new InvalidOperationException("No port is free on 127.0.0.1.");
        File.WriteAllText(memory, free.ToString(CultureInfo.InvariantCulture));
        return free;
    }

    private static int? Listen(int wanted)
    {
        using var listener = new TcpListener(IPAddress.Loopback, wanted);
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task CreateDatabase(CancellationToken ct)
    {
        await using var source = DatabaseServices.Source("cluster", MaintenanceConnectionString + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command =
            new NpgsqlCommand($"SELECT pg_advisory_lock(1); SELECT FROM pg_database WHERE datname = '{Database}'", connection);
        await using (var found = await command.ExecuteReaderAsync(ct))
        {
            await found.NextResultAsync(ct);
            if (found.HasRows) return;
        }

        command.CommandText = $"DROP ROLE IF EXISTS {App}; CREATE ROLE {App} LOGIN PASSWORD '{password}'";
        await command.ExecuteNonQueryAsync(ct);
        command.CommandText = $"CREATE DATABASE {Database}";
        await command.ExecuteNonQueryAsync(ct);
    }

    private string ConnectionString(string user, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = user,
        Password = password,
        Database = database,
    }.ConnectionString;

    private (int ExitCode, string Output) Pg(string tool, params string[] arguments) =>
        UnprivilegedUser.Run(binaries.Tool(tool), arguments);

    private void Demand(string tool, params string[] arguments)
    {
        var (code, output) = Pg(tool, arguments);
        if (code == 0) return;
        var said = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(10)) : "";
        throw new InvalidOperationException($"{tool} failed: {output.Trim()}\n{said}".Trim());
    }
}
