using System.Reflection;
using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>
/// Loads what <c>db/seed</c> holds: a CSV fills the table of its name, a script runs as it is, in the order of the files' names.
/// </summary>
internal static class SeedData
{
    private const string JournalNumber = "SELECT number FROM journal_head";

    /// <summary>Every write moves the journal, that of the demo data too.</summary>
    public static async Task<bool> IsInUse(string ownerConnectionString, CancellationToken ct)
    {
        await using var source = DatabaseServices.Source("seed", ownerConnectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var number = new NpgsqlCommand(JournalNumber, connection);
        return await number.ExecuteScalarAsync(ct) is > 0L;
    }

    /// <summary>
    /// The law, the calendar and the places. Rows that exist are left alone: an administrator's correction outlives a restart.
    /// </summary>
    public static async Task LoadReference(string ownerConnectionString, CancellationToken ct)
    {
        await using var source = DatabaseServices.Source("seed", ownerConnectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await LoadFolder("seed/reference/", connection, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>A dozen licensees with readings, for a registry that nobody has used yet; of two starters one loads them.</summary>
    public static async Task LoadDemo(string ownerConnectionString, CancellationToken ct)
    {
        await using var source = DatabaseServices.Source("seed", ownerConnectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var number = new NpgsqlCommand($"{JournalNumber} FOR UPDATE", connection);
        if (await number.ExecuteScalarAsync(ct) is > 0L) return;
        await LoadFolder("seed/demo/", connection, ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task LoadFolder(string folder, NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var name in SeedFiles(folder))
        {
            var text = await SeedFile(name, ct);
            if (name.EndsWith(".csv", StringComparison.Ordinal)) await LoadTable(connection, TableOf(name), text, ct);
            else await Execute(connection, text, ct);
        }
    }

    private static async Task LoadTable(NpgsqlConnection connection, string table, string csv, CancellationToken ct)
    {
        var columns = string.Join(", ", csv[..csv.IndexOf('\n', StringComparison.Ordinal)].Split(',').Select(c => $"\"{c.Trim()}\""));
        await Execute(connection, $"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA", ct);
        await using (var copy = await connection.BeginTextImportAsync($"COPY incoming ({columns}) FROM STDIN (FORMAT csv, HEADER)", ct))
        {
            await copy.WriteAsync(csv.AsMemory(), ct);
        }

        await Execute(connection,
            $"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming ON CONFLICT DO NOTHING; DROP TABLE incoming", ct);
    }

    private static IEnumerable<string> SeedFiles(string folder) =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary><c>seed/reference/02_region_names.csv</c> fills <c>region_names</c>.</summary>
    private static string TableOf(string name) => Path.GetFileNameWithoutExtension(name)[3..];

    private static async Task<string> SeedFile(string name, CancellationToken ct)
    {
        await using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(ct);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
