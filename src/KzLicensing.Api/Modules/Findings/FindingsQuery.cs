using System.Text.Json;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Modules.Tariffs;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Findings;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>A metering point with everything that is wrong in some months, and with how complete its data is.</summary>
internal sealed record JudgedPoint(MeteringPointRow Point, IReadOnlyList<Finding> Findings, Completeness Completeness);

/// <summary>
/// Judges many metering points at once: five statements, whatever their number. Nothing is stored, so nothing can be out of date.
/// </summary>
internal static class FindingsQuery
{
    /// <summary>
    /// All findings that touch some months, each whole: where one goes on beyond them, the years in which they lie are judged.
    /// </summary>
    /// <param name="months">Whole months; see <see cref="FindingRange"/>.</param>
    /// <param name="scope">Whose days are judged: <c>*</c> for all, else those on which this BIN pays.</param>
    /// <param name="proposed">See <see cref="FindingRules.Find"/>.</param>
    public static async Task<IReadOnlyList<JudgedPoint>> Judge(
        this Db db, IReadOnlyList<MeteringPointRow> points, DayRange months, string scope, LawTables law, DateTimeOffset now,
        CancellationToken ct,
        Acknowledgement? proposed = null)
    {
        var thresholds = new Thresholds(law);
        var asked = new FindingWindow(months, thresholds.LongestMinimumDays(months), law.CivilTime);
        var judged = await Judge(asked, points);
        var cut = judged.Where(j => j.Findings.Any(f => asked.MayBeCutIn(f, j.Point.SiteRegion))).Select(j => j.Point).ToList();
        var whole = cut.Count == 0 ? [] : (await Judge(asked.WholeYears, cut)).ToDictionary(j => j.Point.Id, j => j.Findings);
        return [.. judged.Select(j => j with
        {
            Findings = [.. whole.GetValueOrDefault(j.Point.Id, j.Findings).Where(f => asked.IsTouchedBy(f, j.Point.SiteRegion))],
        })];

        Task<List<JudgedPoint>> Judge(FindingWindow window, IReadOnlyList<MeteringPointRow> some) =>
            db.Judge(some, window, scope, law, thresholds, now, proposed, ct);
    }

    private static async Task<List<JudgedPoint>> Judge(
        this Db db, IReadOnlyList<MeteringPointRow> points, FindingWindow window, string scope, LawTables law, Thresholds thresholds,
        DateTimeOffset now,
        Acknowledgement? proposed, CancellationToken ct)
    {
        var (ids, days) = (points.Select(p => p.Id).ToArray(), window.Days);
        var histories = points.ToDictionary(p => p.Id, p => p.ToDomain());
        var numbers = histories.Values.SelectMany(h => h.Facts).Select(f => f.LicenseNumber).OfType<string>().Distinct().ToArray();
        var tariffs = await db.AdoptedTariffs(Instrument.MiningFee, days.From, days.To, ct);
        var licenses = (await db.Many<LicenseRow>(LicensesSql, new { Numbers = numbers }, ct))
            .ToDictionary(l => l.Number, l => l.ToDomain());
        var quarters = new DayRange(Quarter.Of(days.From).From, Quarter.Of(days.To.AddDays(-1)).To);
        var bought = (await db.Many<BoughtRow>(PurchasesSql, new { Ids = ids, quarters.From, quarters.To }, ct)).ToLookup(b => b.PointId);
        var acknowledged = (await db.Many<AcknowledgedRow>(AcknowledgedSql, new { Ids = ids }, ct))
            .ToLookup(a => a.PointId, a => a.ToDomain());
        var hours = points.ToDictionary(p => p.Id, p => window.Hours(p.SiteRegion));
        await db.Fill(hours, days, ct);

        return [.. points.Select(point =>
        {
            var purchases = bought[point.Id].ToList();
            var stretches = Stretch.Of(
                histories[point.Id], days, licenses, tariffs, quarter => InQuarter(purchases, quarter), thresholds.On, law.CivilTime);
            var mine = scope == "*" ? stretches : [.. stretches.Where(s => s.State?.PayerBin == scope)];
            // Purchases know no days: of a month that others paid for in part, a payer is told nothing.
            var shared = scope == "*"
                ? []
                : stretches.Where(s => s.State is { } state && state.PayerBin != scope).Select(s => s.Month).ToHashSet();
            decimal? BoughtIn(DateOnly month) => shared.Contains(month) ? null : purchases.Find(b => b.Month == month)?.Kwh ?? 0;
            return new JudgedPoint(
                point,
                [.. FindingRules.Find(stretches, window.Months, hours[point.Id], BoughtIn, [.. acknowledged[point.Id]], now, proposed)
                    .Where(f => scope == "*" || f.PayerBin == scope)],
                Completeness.Of(
                    [.. mine.Where(s => window.Months.Contains(s.Month))], hours[point.Id], purchases.Select(b => b.Month)
                        .Concat(shared), now));
        })];
    }

    private static Purchases? InQuarter(List<BoughtRow> bought, Quarter quarter)
    {
        var months = bought.Where(b => quarter.From <= b.Month && b.Month < quarter.To).ToList();
        return months.Count == 0 ? null : new Purchases(months.Sum(m => m.Kwh), months.Sum(m => m.CostKzt));
    }

    /// <summary>The dated thresholds, looked up once a day that is asked for.</summary>
    private sealed class Thresholds(LawTables law)
    {
        private const int HoursInDay = 24;
        private readonly Dictionary<DateOnly, FindingThresholds> byDay = [];

        /// <summary>Days around some months in which a run of hours becomes as long as one that is told.</summary>
        public int LongestMinimumDays(DayRange months) =>
            new[] { On(months.From), On(months.To) }.Max(t => Math.Max(t.GapMinHours, t.ZeroMinHours)) / HoursInDay + 1;

        public FindingThresholds On(DateOnly day) =>
            day < FindingRange.Earliest ? On(FindingRange.Earliest) : byDay.TryGetValue(day, out var known) ? known : byDay[day] = Of(day);

        private FindingThresholds Of(DateOnly day) => new(
            law.GraceHours(day),
            (int)law.Required("finding-gap-min-hours", day),
            (int)law.Required("finding-zero-min-hours", day),
            law.Required("finding-over-capacity-percent", day),
            law.Required("finding-estimated-max-percent", day),
            law.Required("finding-purchases-mismatch-percent", day),
            (int)law.Required("finding-purchases-due-days", day));
    }

    private sealed record LicenseRow
    {
        public string Number { get; init; } = "";
        public string Bin { get; init; } = "";
        public DateOnly ValidFrom { get; init; }
        public DateOnly ValidTo { get; init; }
        public string Events { get; init; } = "[]";

        public HeldLicense ToDomain() =>
            new(Bin, new LicenseTerm(ValidFrom, ValidTo, JsonSerializer.Deserialize<List<LicenseEvent>>(Events, Json.Stored)!));
    }

    private sealed record BoughtRow
    {
        public int PointId { get; init; }
        public DateOnly Month { get; init; }
        public decimal Kwh { get; init; }
        public decimal CostKzt { get; init; }
    }

    private sealed record AcknowledgedRow
    {
        public int PointId { get; init; }
        public FindingKind Kind { get; init; }
        public DateTime StartAt { get; init; }
        public DateTime EndAt { get; init; }
        public string? Evidence { get; init; }
        public string By { get; init; } = "";
        public DateTime At { get; init; }
        public string Reason { get; init; } = "";

        public Acknowledgement ToDomain() =>
            new(Kind, CivilTime.HourOf((DateTimeOffset)StartAt), CivilTime.HourOf((DateTimeOffset)EndAt), Evidence, By, At, Reason);
    }

    private const string LicensesSql = """
        SELECT l.number, l.bin, l.valid_from, l.valid_to,
               (SELECT coalesce(json_agg(json_build_object('kind', e.kind, 'effectiveFrom', e.effective_from, 'effectiveUntil',
                       e.effective_until)
                                         ORDER BY e.sequence), '[]')
                  FROM license_events e WHERE e.license_number = l.number)::text AS events
          FROM licenses l
         WHERE l.number = ANY(@Numbers)
        """;

    private const string PurchasesSql = """
        SELECT metering_point_id AS point_id, month, sum(kwh) AS kwh, sum(cost_kzt) AS cost_kzt
          FROM standing_purchases
         WHERE metering_point_id = ANY(@Ids) AND (current_setting('registry.row_scope', true) = '*' OR pays_for(metering_point_id))
           AND month >= @From AND month < @To
         GROUP BY metering_point_id, month
        """;

    private const string AcknowledgedSql = """
        SELECT metering_point_id AS point_id, kind, start_at, end_at, evidence, by, at, reason
          FROM finding_acknowledgements
         WHERE metering_point_id = ANY(@Ids) AND (current_setting('registry.row_scope', true) = '*' OR pays_for(metering_point_id))
        """;
}
