using Npgsql;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>What became of the hours of a batch.</summary>
internal sealed record Fate(long Accepted, long Unchanged, long Superseded);

/// <summary>Merges incoming days into the stored ones: history first, then only what differs, then what is new.</summary>
internal static class ReadingStore
{
    private const int Patience = 600;

    /// <summary>One batch at a time from here to the commit: two for the same days both end right, whichever comes first.</summary>
    /// <returns>The batch's number: the order in which batches take effect.</returns>
    public static async Task<int> TakeTurn(NpgsqlConnection connection, CancellationToken ct)
    {
        await Execute(connection, TurnSql, ct);
        return await Scalar<int>(connection, NumberSql, ct);
    }

    /// <summary>From here to the commit nobody is told what was known by now: the batch may be stamped.</summary>
    public static Task HoldAnswers(NpgsqlConnection connection, CancellationToken ct) => Execute(connection, HoldSql, ct);

    /// <summary>True when this very file was stored whole and nothing has changed its days since.</summary>
    public static async Task<bool> Stands(NpgsqlConnection connection, byte[] sha256, CancellationToken ct) =>
        await Scalar<bool?>(connection, StandsSql, ct, ("sha256", sha256)) is true;

    /// <summary>Takes hours out that came before in the same file, when the two came far apart.</summary>
    /// <param name="limit">The most lines that anybody wants to know.</param>
    /// <returns>Their lines.</returns>
    public static async Task<int[]> TakeOutRepeated(NpgsqlConnection connection, int limit, CancellationToken ct) =>
        await Scalar<int[]>(connection, RepeatedSql, ct, ("limit", limit)) ?? [];

    public static async Task<Fate> Merge(NpgsqlConnection connection, ReadingDays days, int batch, CancellationToken ct)
    {
        if (days.Range is not { } range) return new Fate(0, 0, 0);
        (string, object)[] given = [("first", range.First), ("last", range.Last), ("batch", batch)];
        await Execute(connection, MonthsSql, ct, ("months", days.Months.ToArray()));
        if (days.InParts) await Execute(connection, JoinPartsSql, ct);
        await Execute(connection, "ANALYZE incoming (metering_point_id, day)", ct);
        await Execute(connection, ChangedSql, ct, given[..2]);
        await Execute(connection, HistorySql, ct, given);
        await Execute(connection, UpdateSql, ct, given);
        var accepted = await Scalar<long>(connection, AcceptedSql, ct) + await Scalar<long>(connection, InsertSql, ct, given);
        var superseded = await Scalar<long>(connection, SupersededSql, ct);
        return new Fate(accepted, days.Hours - accepted - superseded, superseded);
    }

    /// <summary>What an incoming day <c>i</c> is without the hours that these bits name.</summary>
    public static string Without(string hours) => $"""
        known = i.known & ~{hours}, estimated = i.estimated & ~{hours},
        wh = (SELECT array_agg(i.wh[hour] * (1 - ({hours} >> (hour - 1) & 1)) ORDER BY hour) FROM generate_series(1, 24) AS hour),
        day_wh = (SELECT sum(i.wh[hour]::bigint * (1 - ({hours} >> (hour - 1) & 1))) FROM generate_series(1, 24) AS hour)
        """;

    private static async Task<T?> Scalar<T>(NpgsqlConnection connection, string sql, CancellationToken ct,
        params (string Name, object Value)[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteScalarAsync(ct) is T value ? value : default;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct,
        params (string Name, object Value)[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = Patience };
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private const string TurnSql = "SELECT set_config('lock_timeout', '5min', true), pg_advisory_xact_lock(hashtext('readings'))";

    private const string NumberSql = "SELECT coalesce(max(sequence), 0) + 1 FROM reading_batches";

    private const string HoldSql = "SELECT pg_advisory_xact_lock(hashtext('reading_stamp'))";

    // A file with rejected lines may fare better the second time; one without says the same hours for ever.
    private const string StandsSql = """
        SELECT true FROM reading_batches b
         WHERE b.sha256 = @sha256 AND b.rejected = 0
           AND NOT EXISTS (
               SELECT FROM reading_batches later
                WHERE later.sequence > b.sequence AND later.accepted + later.superseded > 0
                  AND later.first_day <= b.last_day AND later.last_day >= b.first_day)
         LIMIT 1
        """;

    private const string MonthsSql = "SELECT ensure_reading_months(month, month) FROM unnest(@months) AS month";

    // Days that left in parts, or came again when they had left whole, occur twice; an hour that an earlier part has is a duplicate.
    private static readonly string RepeatedSql = $"""
        WITH parts AS (
            SELECT ctid AS part, known & bit_or(known) OVER (PARTITION BY metering_point_id, day ORDER BY first_line
                                                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS again
              FROM incoming),
        cut AS (
            UPDATE incoming i
               SET {Without("p.again")}
              FROM parts p
             WHERE i.ctid = p.part AND p.again <> 0
            RETURNING p.again, i.lines)
        SELECT array_agg(line) FROM (
            SELECT lines[hour] AS line FROM cut, generate_series(1, 24) AS hour
             WHERE again >> (hour - 1) & 1 = 1
             ORDER BY line
             LIMIT @limit) AS repeated
        """;

    // No hour is in two parts, so the sum over the parts is the hour itself.
    private static readonly string JoinPartsSql = $"""
        ALTER TABLE incoming RENAME TO parts;
        CREATE TEMP TABLE incoming ON COMMIT DROP AS
        SELECT metering_point_id, day, bit_or(known) AS known, bit_or(estimated) AS estimated, ARRAY[{HourSums}] AS wh,
               sum(day_wh)::bigint AS day_wh
          FROM parts GROUP BY metering_point_id, day
        """;

    private static string HourSums => string.Join(", ", Enumerable.Range(1, 24).Select(h => $"sum(wh[{h}])::int"));

    // An hour that the batch does not know keeps what is stored. The range of days keeps Postgres out of all other months.
    private const string ChangedSql = """
        CREATE TEMP TABLE changed ON COMMIT DROP AS
        SELECT i.metering_point_id, i.day, i.known | r.known_hours AS known, r.estimated_hours & ~i.known | i.estimated AS estimated, m.wh,
               m.day_wh,
               m.superseded, bit_count((i.known & ~r.known_hours)::bit(24)) AS accepted
          FROM incoming i
          JOIN reading_days r USING (metering_point_id, day)
         CROSS JOIN LATERAL (
             SELECT array_agg(h.wh ORDER BY h.hour) AS wh, sum(h.wh) AS day_wh, count(*) FILTER (WHERE h.superseded) AS superseded
               FROM (SELECT hour, CASE WHEN i.known >> (hour - 1) & 1 = 1 THEN i.wh[hour] ELSE r.wh[hour] END AS wh,
                            (i.known & r.known_hours) >> (hour - 1) & 1 = 1
                            AND (i.wh[hour] <> r.wh[hour] OR (i.estimated # r.estimated_hours) >> (hour - 1) & 1 = 1) AS superseded
                       FROM generate_series(1, 24) AS hour) AS h) AS m
         WHERE r.day BETWEEN @first AND @last
           AND (i.known <> r.known_hours OR i.wh <> r.wh OR i.estimated <> r.estimated_hours)
           AND (m.superseded > 0 OR i.known & ~r.known_hours <> 0)
        """;

    private const string HistorySql = """
        INSERT INTO reading_day_history (metering_point_id, day, known_hours, estimated_hours, wh, day_wh, batch, revision, superseded_by)
        SELECT r.metering_point_id, r.day, r.known_hours, r.estimated_hours, r.wh, r.day_wh, r.batch, r.revision, @batch
          FROM changed c JOIN reading_days r USING (metering_point_id, day)
         WHERE r.day BETWEEN @first AND @last
        """;

    private const string UpdateSql = """
        UPDATE reading_days r
           SET known_hours = c.known, estimated_hours = c.estimated, wh = c.wh, day_wh = c.day_wh,
               batch = @batch, revision = r.revision + 1
          FROM changed c
         WHERE r.metering_point_id = c.metering_point_id AND r.day = c.day AND r.day BETWEEN @first AND @last
        """;

    private const string AcceptedSql = "SELECT coalesce(sum(accepted), 0)::bigint FROM changed";

    private const string SupersededSql = "SELECT coalesce(sum(superseded), 0)::bigint FROM changed";

    private const string InsertSql = """
        WITH fresh AS (
            INSERT INTO reading_days (metering_point_id, day, known_hours, estimated_hours, wh, day_wh, batch, revision)
            SELECT i.metering_point_id, i.day, i.known, i.estimated, i.wh, i.day_wh, @batch, 1
              FROM incoming i
             WHERE NOT EXISTS (
                 SELECT FROM reading_days r
                  WHERE r.metering_point_id = i.metering_point_id AND r.day = i.day AND r.day BETWEEN @first AND @last)
            RETURNING known_hours)
        SELECT coalesce(sum(bit_count(known_hours::bit(24))), 0)::bigint FROM fresh
        """;
}
