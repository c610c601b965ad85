using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>
/// The average price of a metering point's electricity in a quarter, with both sums from which it follows, and month by month.
/// </summary>
internal static class GetPrices
{
    public sealed record Filter(Quarter Period);

    public sealed record Query(string Code, Quarter Period) : IQuery<Response>;

    /// <param name="AveragePriceKzt">KZT per kWh, Σ cost / Σ kWh, four decimals; null when nothing was bought.</param>
    public sealed record Response(
        string MeteringPoint, Quarter Period, decimal Kwh, decimal CostKzt, decimal? AveragePriceKzt, IReadOnlyList<MonthlyPrice> Months);

    /// <param name="Purchases">How many were recorded.</param>
    public sealed record MonthlyPrice(string Month, decimal Kwh, decimal CostKzt, decimal? AveragePriceKzt, int Purchases);

    public sealed class Handler(Db db) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var (code, period) = query;
            var lastDays = Enumerable.Range(1, 3).Select(m => period.From.AddMonths(m).AddDays(-1)).ToArray();
            var rows = await db.Many<Row>(Sql, new { Code = code, LastDays = lastDays }, ct);
            if (rows.Count == 0) return MeteringErrors.PointNotFound();
            var whole = new Domain.Metering.Purchases(rows.Sum(r => r.Kwh), rows.Sum(r => r.CostKzt));
            return new Response(code, period, whole.Kwh, whole.CostKzt, whole.AveragePriceKzt(), rows.ConvertAll(r => r.ToMonth()));
        }
    }

    public static Task<Results<Reply<Response>, CsvReply<MonthlyPrice>>> Endpoint(
        string code, QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, _ => mediator.Send(new Query(code, filter.Value.Period), ct), p => p.Months);

    private sealed record Row
    {
        public string Month { get; init; } = "";
        public decimal Kwh { get; init; }
        public decimal CostKzt { get; init; }
        public int Purchases { get; init; }

        public MonthlyPrice ToMonth() => new(Month, Kwh, CostKzt, new Domain.Metering.Purchases(Kwh, CostKzt).AveragePriceKzt(), Purchases);
    }

    // A payer sees the months at whose end it pays, as in the list of purchases.
    private const string Sql = """
        SELECT to_char(m.last, 'YYYY-MM') AS month, coalesce(sum(b.kwh), 0) AS kwh, coalesce(sum(b.cost_kzt), 0) AS cost_kzt,
               count(b.id)::int AS purchases
          FROM metering_points p
         CROSS JOIN unnest(@LastDays) AS m(last)
          LEFT JOIN standing_purchases b ON b.metering_point_id = p.id AND b.month = date_trunc('month', m.last)
         WHERE p.code = @Code AND current_setting('registry.row_scope', true) IN ('*', payer_of(p.id, m.last))
         GROUP BY m.last
         ORDER BY m.last
        """;
}
