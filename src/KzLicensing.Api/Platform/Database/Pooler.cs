using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>
/// A pooler between the program and Postgres (PgBouncer in transaction mode): each transaction gets any of its connections.
/// </summary>
/// <remarks>
/// So nothing may be kept on a connection between transactions. Row scope and time limits are set for one transaction, temporary tables end
/// with theirs, locks are locks of a transaction, and nobody listens. What is left is prepared statements, which a pooler has to move
/// along.
/// </remarks>
internal static class Pooler
{
    /// <summary>A pooler gives out numbers of its own for the processes of Postgres, which cancel a statement.</summary>
    public static async Task<bool> StandsBefore(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var process = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return await process.ExecuteScalarAsync(ct) is int pid && pid != connection.ProcessID;
    }

    /// <summary>Null where statements stay prepared, or are not; else one line that says what to do.</summary>
    /// <param name="name">Of the setting: <c>Registry</c> or <c>Reads</c>.</param>
    /// <param name="connectionString">What it says.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<string?> Refuse(string name, string connectionString, CancellationToken ct)
    {
        await using var source = DatabaseServices.Service("start", connectionString);
        await using var first = await source.OpenConnectionAsync(ct);
        if (new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxAutoPrepare == 0 || !await StandsBefore(first, ct)) return null;
        await using var second = await source.OpenConnectionAsync(ct);
        try
        {
            // Both name their statement alike. Where the name is only passed on, the second finds it taken, or one of them finds it gone.
            await RunPrepared(first, ct);
            await RunPrepared(second, ct);
            return null;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicatePreparedStatement
            or PostgresErrorCodes.InvalidSqlStatementName)
        {
            return $"ConnectionStrings__{name} leads through a pooler that does not keep prepared statements. "
                + "Add 'Max Auto Prepare=0' to it, or give PgBouncer 1.21 or newer a max_prepared_statements above 64.";
        }
    }

    private static async Task RunPrepared(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.PrepareAsync(ct);
        await command.ExecuteScalarAsync(ct);
    }
}
