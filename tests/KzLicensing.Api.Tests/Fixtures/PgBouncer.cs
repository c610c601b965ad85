using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>
/// The distribution's PgBouncer in transaction mode, with fewer connections than it has clients; gone with the test process, however that
/// ends.
/// </summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    /// <summary>Postgres' connections, which all clients share.</summary>
    public const int Connections = 2;

    // It refuses to run as root, and steps down by itself when told to whom.
    private const string Script = """
        trap '' INT TERM HUP
        if [ "$(id -u)" = 0 ]; then set -- -u postgres; else set --; fi
        "$PGBOUNCER" -q "$@" "$0/pgbouncer.ini" 2> "$0/log" & bouncer=$!
        cat > /dev/null
        kill -TERM $bouncer
        wait $bouncer
        rm -rf "$0"
        """;

    private static readonly string? Program = Find();

    private readonly Process shell;
    private readonly NpgsqlConnectionStringBuilder to;

    private PgBouncer(Process shell, NpgsqlConnectionStringBuilder to) => (this.shell, this.to) = (shell, to);

    public static bool Installed => Program is not null;

    /// <summary>From 1.21 on it can move prepared statements along.</summary>
    public static bool KeepsStatements { get; } = Program is not null && VersionOf(Program) >= new Version(1, 21);

    /// <summary>The same database, through here.</summary>
    public string ConnectionString => to.ConnectionString;

    /// <param name="connectionString">Whose database it stands before; others log in as the same role.</param>
    /// <param name="statements">How many prepared statements it keeps for each client; only for one that can.</param>
    public static async Task<PgBouncer> Before(string connectionString, int statements = 0)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var (postgres, folder) = (to.Port, Directory.CreateTempSubdirectory("kz-licensing-pgbouncer-").FullName);
        to.Port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "users"), $"\"{to.Username}\" \"{to.Password}\"\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "pgbouncer.ini"), $"""
            [databases]
            * = host=127.0.0.1 port={postgres}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {to.Port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {folder}/users
            pool_mode = transaction
            default_pool_size = {Connections}
            {(KeepsStatements ? $"max_prepared_statements = {statements}" : "")}

            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var start =
            new ProcessStartInfo("sh", ["-c", Script, folder]) { RedirectStandardInput = true, Environment = { ["PGBOUNCER"] = Program } };
        var bouncer = new PgBouncer(Process.Start(start)!, to);
        await bouncer.Answers(folder);
        return bouncer;
    }

    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    private async Task Answers(string folder)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, to.Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(25);
            }
        }

        throw new InvalidOperationException($"PgBouncer does not answer: {await File.ReadAllTextAsync(Path.Combine(folder, "log"))}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Debian keeps it where only root's PATH leads.</summary>
    private static string? Find() => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':')
        .Select(folder => Path.Combine(folder, "pgbouncer")).FirstOrDefault(File.Exists);

    /// <summary>Its first line: <c>PgBouncer 1.18.0</c>.</summary>
    private static Version VersionOf(string program) =>
        Version.Parse(KzLicensing.Api.Platform.Database.Command.Run(program, ["--version"]).Output.Split('\n')[0].Split(' ')[1]);
}
