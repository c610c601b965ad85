using System.Data;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>
/// Brings the schema forward: embedded scripts in the order of their names, each in its own transaction, one starter at a time.
/// </summary>
internal static class Migrations
{
    private const string Prefix = "migrations/";
    private const long LockKey = 0x4B5A_4C49_4345_4E53;

    /// <exception cref="InvalidOperationException">
    /// A pooler is in the way; or a script failed, and those before it are applied and stay.
    /// </exception>
    public static async Task Apply(string ownerConnectionString, CancellationToken ct)
    {
        // Outside the pool, because the lock lives as long as the connection.
        await using var source = DatabaseServices.Source("migrations", ownerConnectionString + ";Pooling=false");
        await using var gate = await source.OpenConnectionAsync(ct);
        if (await Pooler.StandsBefore(gate, ct)) throw new InvalidOperationException(Pooled);
        await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({LockKey})", gate) { CommandTimeout = 0 };
        await take.ExecuteNonQueryAsync(ct);
        await using var create = new NpgsqlCommand(CreateJournal, gate);
        await create.ExecuteNonQueryAsync(ct);
        var applied = await Applied(gate, ct);

        // A migration that cannot get its lock quickly gives up instead of queueing every reader behind it.
        var impatient = new NpgsqlConnectionStringBuilder(ownerConnectionString) { Options = "-c lock_timeout=3s", Pooling = false };
        await using var scripts = DatabaseServices.Source("migrations", impatient.ConnectionString);
        var result = DeployChanges.To.PostgresqlDatabase(new PostgresqlConnectionManager(scripts))
            .WithScripts(Scripts())
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .JournalTo(new Journal(applied))
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"The migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }

    /// <summary>The scripts that the database has not seen yet.</summary>
    /// <exception cref="InvalidOperationException">A script says something else than when it was applied.</exception>
    public static async Task<IReadOnlyList<string>> Pending(string connectionString, CancellationToken ct)
    {
        await using var source = DatabaseServices.Source("start", connectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var exists = new NpgsqlCommand("SELECT to_regclass('public.schema_versions') IS NOT NULL", connection);
        var applied = await exists.ExecuteScalarAsync(ct) is true ? await Applied(connection, ct) : [];
        return [.. Scripts().Select(s => s.Name).Where(name => !applied.Contains(name))];
    }

    private static async Task<HashSet<string>> Applied(NpgsqlConnection connection, CancellationToken ct)
    {
        var known = Scripts().ToDictionary(s => s.Name, Fingerprint);
        var applied = new HashSet<string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("SELECT script, sha256 FROM schema_versions", connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var (script, sha256) = (rows.GetString(0), rows.GetString(1));
            if (known.TryGetValue(script, out var now) && now != sha256)
            {
                throw new InvalidOperationException(
                    $"The migration {script} was changed after it was applied. Restore it and write another one; a local cluster may "
                        + "also be removed (.data).");
            }

            applied.Add(script);
        }

        return applied;
    }

    private static IEnumerable<SqlScript> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return new SqlScript(name[Prefix.Length..], reader.ReadToEnd());
        }
    }

    private static string Fingerprint(SqlScript script) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script.Contents)));

    /// <summary>Written in the transaction of the script, so that both happen or neither.</summary>
    private sealed class Journal(IReadOnlySet<string> applied) : IJournal
    {
        public string[] GetExecutedScripts() => [.. applied];

        public void StoreExecutedScript(SqlScript script, Func<IDbCommand> dbCommandFactory)
        {
            using var command = (NpgsqlCommand)dbCommandFactory();
            command.CommandText = "INSERT INTO schema_versions (script, sha256) VALUES ($1, $2)";
            command.Parameters.AddWithValue(script.Name);
            command.Parameters.AddWithValue(Fingerprint(script));
            command.ExecuteNonQuery();
        }

        public void EnsureTableExistsAndIsLatestVersion(Func<IDbCommand> dbCommandFactory)
        {
            // The table is made before DbUp starts: the first script grants rights on it.
        }
    }

    private const string Pooled =
        "ConnectionStrings__Owner leads through a pooler, which would lose the lock that migrations hold. Name Postgres itself.";

    private const string CreateJournal = """
        CREATE TABLE IF NOT EXISTS schema_versions
        (
            script     text PRIMARY KEY,
            sha256     text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """;
}
