using Npgsql;

namespace KzLicensing.Api.Platform.Database;

/// <summary>
/// The servers that answer what may lag a little (<c>ConnectionStrings__Reads</c>): streaming replicas, and the primary when none is there.
/// </summary>
/// <param name="source">Null without replicas: the primary answers everything.</param>
internal sealed class Standby(NpgsqlDataSource? source) : IAsyncDisposable
{
    /// <summary>
    /// A connection to a server that has the journal up to a number; null where none can be had, and the primary answers.
    /// </summary>
    public async Task<NpgsqlConnection?> Open(long atLeast, CancellationToken ct)
    {
        if (source is null) return null;
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(ct);
            if (atLeast == 0 || await Head(connection, ct) >= atLeast) return connection;
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException)
        {
            // Replicas come and go; what they answer, the primary can answer, too.
        }

        if (connection is not null) await connection.DisposeAsync();
        return null;
    }

    public ValueTask DisposeAsync() => source?.DisposeAsync() ?? default;

    private static async Task<long> Head(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT number FROM journal_head", connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
