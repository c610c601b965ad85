using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Metering.Consumption;

/// <summary>Civil days of a metering point that are asked for.</summary>
/// <param name="IsMetered">Whether readings are expected; see <see cref="ExpectedReadings"/>.</param>
internal sealed record PointDays(int PointId, string Region, DayRange Days, bool IsMetered)
{
    public static IEnumerable<PointDays> Of(MeteringPointRow point, MeteringPointHistory history, DayRange days) =>
        days.CutAt(history.ChangeDays)
            .Select(d => new PointDays(point.Id, point.SiteRegion, d, ExpectedReadings.IsMetered(history.On(d.From))));
}

/// <summary>
/// Adds up the hours of any number of metering points. Postgres sums point by point, so that about one row a place and day travels.
/// </summary>
internal static class ConsumptionQuery
{
    private const int MaxDays = 4_000, MaxMeterDays = 1_500_000;

    /// <summary>Metering points of a statement: it bounds what one statement sorts and holds.</summary>
    private const int ChunkSize = 1_000;

    /// <summary>All steps of the range, whole. Fails with <c>range-too-long</c>.</summary>
    public static async Task<Result<IReadOnlyList<ConsumptionRow>>> ConsumptionBy(
        this Db db, ConsumptionStep step, DayRange range, IReadOnlyList<PointDays> asked, LawTables law, DateTimeOffset knownAt,
        CancellationToken ct)
    {
        var time = law.CivilTime;
        if (range.Days > MaxDays) return MeteringErrors.RangeTooLong(MaxDays, "days");
        if (asked.Sum(a => (long)a.Days.Days) > MaxMeterDays) return MeteringErrors.RangeTooLong(MaxMeterDays, "days of metering points");

        var table = new ConsumptionTable(range, step, time, day => ExpectedReadings.DueBefore(knownAt, law.GraceHours(day)));
        foreach (var alike in asked.Where(a => a.IsMetered).GroupBy(a => (a.Region, a.Days)))
            table.Expect(alike.Key.Region, alike.Key.Days, alike.Count());
        var lastBatch = await db.LastBatch(knownAt, ct);
        foreach (var chunk in asked.Chunk(ChunkSize)) (await Sums(db, range, chunk, time, lastBatch, ct)).ForEach(table.Add);
        return table.ToRows();
    }

    private static Task<List<DaySums>> Sums(Db db, DayRange range, PointDays[] asked, CivilTime time, int lastBatch,
        CancellationToken ct) =>
        db.Many<DaySums>(Sql, new
        {
            Points = asked.Select(a => a.PointId).ToArray(),
            Regions = asked.Select(a => a.Region).ToArray(),
            Metered = asked.Select(a => a.IsMetered).ToArray(),
            Froms = asked.Select(a => CivilTime.HourOf(time.StartOf(a.Days.From, a.Region))).ToArray(),
            Tos = asked.Select(a => CivilTime.HourOf(time.StartOf(a.Days.To, a.Region))).ToArray(),
            // A civil day of a place may begin on the national day before.
            First = range.From.AddDays(-1),
            Last = range.To,
            LastBatch = lastBatch,
        }, ct);

    private static string HourSums => string.Join(", ", Enumerable.Range(1, 24).Select(h => $"sum(wh[{h}])"));

    // The range of days keeps Postgres out of all other months; the mask keeps out hours of an edge day that are not asked for.
    private static readonly string Sql = $"""
        WITH asked AS (
            SELECT * FROM unnest(@Points, @Regions, @Metered, @Froms, @Tos) AS a(point, region, metered, lo, hi)),
        versions AS (
            SELECT a.region, a.metered, a.lo, a.hi, d.day, d.known_hours, d.estimated_hours, d.wh
              FROM asked a JOIN reading_days d
                ON d.metering_point_id = a.point AND d.day BETWEEN DATE '2000-01-01' + a.lo / 24 AND DATE '2000-01-01' + (a.hi - 1) / 24
             WHERE d.day BETWEEN @First AND @Last AND d.batch <= @LastBatch
            UNION ALL
            SELECT a.region, a.metered, a.lo, a.hi, h.day, h.known_hours, h.estimated_hours, h.wh
              FROM asked a JOIN reading_day_history h
                ON h.metering_point_id = a.point AND h.day BETWEEN DATE '2000-01-01' + a.lo / 24 AND DATE '2000-01-01' + (a.hi - 1) / 24
             WHERE h.day BETWEEN @First AND @Last AND h.batch <= @LastBatch AND h.superseded_by > @LastBatch),
        hours AS (
            SELECT v.region, v.metered, v.day, v.wh, v.known_hours & m.mask AS known, v.estimated_hours & m.mask AS estimated
              FROM versions v
             CROSS JOIN LATERAL (SELECT (v.day - DATE '2000-01-01') * 24 AS first) AS f
             CROSS JOIN LATERAL (SELECT (1 << least(v.hi - f.first, 24)) - (1 << greatest(v.lo - f.first, 0)) AS mask) AS m)
        SELECT region, metered AS is_metered, day, known, estimated, count(*)::int AS points, ARRAY[{HourSums}] AS wh
          FROM hours
         WHERE known <> 0
         GROUP BY region, metered, day, known, estimated
        """;
}
