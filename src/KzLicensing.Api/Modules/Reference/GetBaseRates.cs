using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>The base rate of the National Bank, by date: late interest follows from it.</summary>
internal static class GetBaseRates
{
    public sealed record Query : IQuery<Page<BaseRate>>;

    /// <param name="RatePercent">In percent a year; null where it is not known.</param>
    /// <param name="DecidedOn">The day of the decision.</param>
    public sealed record BaseRate(DateOnly EffectiveFrom, decimal? RatePercent, DateOnly DecidedOn, string Confidence);

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<BaseRate>>
    {
        public async Task<Result<Page<BaseRate>>> Handle(Query query, CancellationToken ct) => await db.Table<BaseRate>(Sql, ct);
    }

    public static async Task<Reply<Page<BaseRate>>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));

    private const string Sql = """
        SELECT json_build_object('effectiveFrom', effective_from, 'ratePercent', rate_percent, 'decidedOn', decided_on, 'confidence',
               confidence)::text
          FROM base_rates ORDER BY effective_from
        """;
}
