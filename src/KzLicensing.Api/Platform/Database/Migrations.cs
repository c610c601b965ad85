using System.Reflection;
using DbUp;
using DbUp.Engine;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>Brings the schema forward: embedded scripts in the order of their names, each in its own transaction, one starter at a time.</summary>
internal static class Migrations
{
    private const string Prefix = "migrations/";
    private const long LockKey = 0x4B5A_4C49_4345_4E53;

    /// <exception cref="InvalidOperationException">A script failed; those before it are applied and stay.</exception>
    public static async Task Apply(string ownerConnectionString, CancellationToken ct)
    {
        // A second starter waits here and then finds nothing to do.
        await using var gate = new NpgsqlConnection(ownerConnectionString);
        await gate.OpenAsync(ct);
        await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({LockKey})", gate) { CommandTimeout = 0 };
        await take.ExecuteNonQueryAsync(ct);

        // A migration that cannot get its lock quickly gives up instead of queueing every reader behind it.
        var patient = new NpgsqlConnectionStringBuilder(ownerConnectionString) { Options = "-c lock_timeout=3s", Pooling = false };
        var result = DeployChanges.To.PostgresqlDatabase(patient.ConnectionString)
            .WithScripts(Scripts())
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .JournalToPostgresqlTable("public", "schema_versions")
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful) throw new InvalidOperationException($"The migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
    }

    /// <summary>The scripts that the database has not seen yet.</summary>
    public static async Task<IReadOnlyList<string>> Pending(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var journal = new NpgsqlCommand("SELECT to_regclass('public.schema_versions')::text", connection);
        var applied = new HashSet<string>(StringComparer.Ordinal);
        if (await journal.ExecuteScalarAsync(ct) is string)
        {
            journal.CommandText = "SELECT scriptname FROM schema_versions";
            await using var rows = await journal.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct)) applied.Add(rows.GetString(0));
        }

        return [.. Names().Select(n => n[Prefix.Length..]).Where(n => !applied.Contains(n))];
    }

    private static IEnumerable<SqlScript> Scripts() =>
        Names().Select(name =>
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
            return new SqlScript(name[Prefix.Length..], reader.ReadToEnd());
        });

    private static IEnumerable<string> Names() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
