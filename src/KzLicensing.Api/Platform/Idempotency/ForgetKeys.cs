using KzLicensing.Api.Platform.Clock;
using Npgsql;

namespace KzLicensing.Api.Platform.Idempotency;

/// <summary>
/// Keys are kept for seven days. What was done under them stands in the journal for ever; that a key is forgotten changes nothing and is
/// not told there.
/// </summary>
internal sealed class ForgetKeys(NpgsqlDataSource source) : IDueJob
{
    private const int Piece = 5_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>In pieces, each by itself: no claim waits for long, and what a kill leaves the next minute takes.</summary>
    public async Task Run(DateTimeOffset now, CancellationToken ct)
    {
        int forgotten;
        do
        {
            await using var command = source.CreateCommand(Sql);
            command.Parameters.AddWithValue("before", (now - Kept).UtcDateTime);
            command.Parameters.AddWithValue("take", Piece);
            forgotten = await command.ExecuteNonQueryAsync(ct);
        }
        while (forgotten == Piece);
    }

    // Who is replaying one of them now is not waited for.
    private const string Sql = """
        DELETE FROM idempotency_keys
         WHERE (caller, key) IN (SELECT caller, key FROM idempotency_keys WHERE at < @before ORDER BY at LIMIT @take FOR UPDATE SKIP LOCKED)
        """;
}
