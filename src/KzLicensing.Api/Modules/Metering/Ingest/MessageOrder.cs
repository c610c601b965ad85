using Dapper;
using Npgsql;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// Which message of its sender this is. The number counts them; two of one number are told apart by when they were written.
/// </summary>
/// <param name="WrittenAt">By the sender's clock, read as UTC: it is compared with itself only.</param>
internal sealed record MessageOrder(string Sender, long Number, DateTimeOffset WrittenAt)
{
    private const int Patience = 600;

    /// <summary>Takes hours out of which a newer message of the same sender has spoken: they stay as that one said.</summary>
    public Task<Outdated> TakeOutOutdated(NpgsqlConnection connection, CancellationToken ct) =>
        connection.QuerySingleAsync<Outdated>(new CommandDefinition(OutdatedSql, this, commandTimeout: Patience, cancellationToken: ct));

    /// <summary>Remembers of which hours this message has spoken.</summary>
    /// <param name="batch">The number of its batch.</param>
    public Task Remember(NpgsqlConnection connection, int batch, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(
            RememberSql, new { Sender, Number, WrittenAt, Batch = batch }, commandTimeout: Patience, cancellationToken: ct));

    private static readonly string OutdatedSql = $"""
        WITH newer AS (
            SELECT i.ctid AS part, i.known & bit_or(h.hours) AS outdated, max(b.message_number) AS number
              FROM incoming i
              JOIN reading_message_hours h USING (metering_point_id, day)
              JOIN reading_batches b ON b.sequence = h.batch
             WHERE i.known & h.hours <> 0
               AND b.message_sender = @Sender AND (b.message_number, b.message_written_at) > (@Number, @WrittenAt)
             GROUP BY i.ctid, i.known),
        cut AS (
            UPDATE incoming i
               SET {ReadingStore.Without("n.outdated")}
              FROM newer n
             WHERE i.ctid = n.part)
        SELECT coalesce(sum(bit_count(outdated::bit(24))), 0)::bigint AS hours, max(number) AS newest FROM newer
        """;

    // The same message again says nothing new.
    private const string RememberSql = """
        INSERT INTO reading_message_hours (metering_point_id, day, batch, hours)
        SELECT i.metering_point_id, i.day, @Batch, i.known
          FROM incoming i
         WHERE i.known <> 0
           AND NOT EXISTS (
               SELECT FROM reading_message_hours h JOIN reading_batches b ON b.sequence = h.batch
                WHERE h.metering_point_id = i.metering_point_id AND h.day = i.day AND h.hours & i.known = i.known
                  AND b.message_sender = @Sender AND b.message_number = @Number AND b.message_written_at = @WrittenAt)
        """;
}

/// <summary>How much of a message came too late.</summary>
internal sealed record Outdated
{
    public static readonly Outdated Nothing = new();

    public long Hours { get; init; }

    /// <summary>The number of the newest message that had spoken of them.</summary>
    public long? Newest { get; init; }
}
