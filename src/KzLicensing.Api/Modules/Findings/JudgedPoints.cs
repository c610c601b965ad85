using System.Runtime.CompilerServices;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>Judges metering points in the order of their codes, some hundred at once, for as long as somebody wants more.</summary>
internal sealed class JudgedPoints(Db db, Actor actor, LawBook lawBook, TimeProvider clock)
{
    private const int ChunkSize = 250;

    /// <param name="operator">
    /// Who sends the metering point's readings: who sent most of the days that are stored of these months (a corrected day is the
    /// corrector's); when none has come, who sent the last day before them; when none at all, who registered the point.
    /// </param>
    /// <param name="first">The code with which to begin.</param>
    public async IAsyncEnumerable<JudgedPoint> Of(
        DayRange months, string? region, string? @operator, string first, [EnumeratorCancellation] CancellationToken ct)
    {
        var (law, now) = (await lawBook.Open(ct), clock.GetUtcNow());
        for (string? from = first, exclude = null; from is not null;)
        {
            var points = await db.Many<MeteringPointRow>(PointsSql, new
            {
                From = from,
                Exclude = exclude,
                Region = region,
                Operator = @operator,
                FirstDay = months.From,
                months.To,
                Take = ChunkSize,
            }, ct);
            foreach (var judged in await db.Judge(points, months, actor.RowScope, law, now, ct)) yield return judged;
            from = exclude = points.Count < ChunkSize ? null : points[^1].Code;
        }
    }

    private const string PointsSql = MeteringPointRow.Select + "WHERE " + MeteringPointRow.VisibleEver + """
           AND p.code >= @From AND (@Exclude IS NULL OR p.code > @Exclude)
           AND (@Region IS NULL OR p.site_region = @Region)
           AND (EXISTS (SELECT FROM metering_point_facts e WHERE e.metering_point_id = p.id AND e.effective_from < @To)
                OR EXISTS (SELECT FROM reading_days d WHERE d.metering_point_id = p.id AND d.day >= @FirstDay AND d.day < @To))
           AND (@Operator IS NULL OR @Operator = coalesce(
                   (SELECT b.received_by
                      FROM (SELECT d.batch, count(*) AS days, max(d.day) AS last_day
                              FROM reading_days d
                             WHERE d.metering_point_id = p.id AND d.day >= @FirstDay AND d.day < @To
                             GROUP BY d.batch) AS sent
                      JOIN reading_batches b ON b.sequence = sent.batch
                     GROUP BY b.received_by
                     ORDER BY sum(sent.days) DESC, max(sent.last_day) DESC, b.received_by
                     LIMIT 1),
                   (SELECT b.received_by FROM reading_batches b WHERE b.sequence = (
                        SELECT d.batch FROM reading_days d WHERE d.metering_point_id = p.id AND d.day < @FirstDay
                               ORDER BY d.day DESC LIMIT 1)),
                   p.created_by))
         ORDER BY p.code
         LIMIT @Take
        """;
}
