using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Metering;

/// <summary>What was read between two instants, in whole watt-hours.</summary>
internal sealed record ConsumptionSum
{
    public long Wh { get; init; }
    public long EstimatedWh { get; init; }
    public int KnownHours { get; init; }
}

/// <summary>Sums readings over any ranges of whole hours, many at once.</summary>
internal static class ConsumptionSums
{
    /// <summary>
    /// One sum for each element, in the same order. Whole days use the stored day's sum; the edges are cut from the hours.
    /// </summary>
    /// <param name="from">The first instant, on the hour.</param>
    /// <param name="to">The instant after the last hour.</param>
    /// <param name="knownAt">What had been recorded by then.</param>
    public static async Task<List<ConsumptionSum>> Consumption(
        this Db db, int[] points, DateTimeOffset[] from, DateTimeOffset[] to, DateTimeOffset knownAt, CancellationToken ct) =>
        await db.Many<ConsumptionSum>(
            Sql, new { Points = points, Froms = Hours(from), Tos = Hours(to), LastBatch = await db.LastBatch(knownAt, ct) }, ct);

    private static int[] Hours(DateTimeOffset[] instants) => [.. instants.Select(CivilTime.HourOf)];

    // floor division: hours before 2000 do not occur.
    private const string Sql = """
        WITH ranges AS (
            SELECT n, point, lo, hi FROM unnest(@Points, @Froms, @Tos) WITH ORDINALITY AS r(point, lo, hi, n)),
        versions AS (
            SELECT r.n, r.lo, r.hi, d.day, d.known_hours, d.estimated_hours, d.wh, d.day_wh
              FROM ranges r JOIN reading_days d
                ON d.metering_point_id = r.point AND d.day >= DATE '2000-01-01' + r.lo / 24 AND d.day <= DATE '2000-01-01' + (r.hi - 1) / 24
             WHERE d.batch <= @LastBatch
            UNION ALL
            SELECT r.n, r.lo, r.hi, h.day, h.known_hours, h.estimated_hours, h.wh, h.day_wh
              FROM ranges r JOIN reading_day_history h
                ON h.metering_point_id = r.point AND h.day >= DATE '2000-01-01' + r.lo / 24 AND h.day <= DATE '2000-01-01' + (r.hi - 1) / 24
             WHERE h.batch <= @LastBatch AND h.superseded_by > @LastBatch),
        days AS (
            SELECT v.n, s.*
              FROM versions v
             CROSS JOIN LATERAL (SELECT greatest(v.lo - (v.day - DATE '2000-01-01') * 24, 0) AS first,
                                        least(v.hi - (v.day - DATE '2000-01-01') * 24, 24) AS last) AS edge
             CROSS JOIN LATERAL (
                 SELECT v.day_wh AS wh, 0::bigint AS estimated_wh, bit_count(v.known_hours::bit(24)) AS known
                  WHERE edge.first = 0 AND edge.last = 24 AND v.estimated_hours = 0
                 UNION ALL
                 SELECT sum(v.wh[h]), coalesce(sum(v.wh[h]) FILTER (WHERE v.estimated_hours >> (h - 1) & 1 = 1), 0),
                        count(*) FILTER (WHERE v.known_hours >> (h - 1) & 1 = 1)
                   FROM generate_series(edge.first + 1, edge.last) AS h
                 HAVING NOT (edge.first = 0 AND edge.last = 24 AND v.estimated_hours = 0)) AS s)
        SELECT coalesce(sum(d.wh), 0)::bigint AS wh, coalesce(sum(d.estimated_wh), 0)::bigint AS estimated_wh,
               coalesce(sum(d.known), 0)::int AS known_hours
          FROM ranges r LEFT JOIN days d ON d.n = r.n
         GROUP BY r.n ORDER BY r.n
        """;
}
