using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Tariffs;
using MediatR;

namespace KzLicensing.Api.Modules.Tariffs;

/// <summary>The adopted edition that is in force on a day.</summary>
internal static class GetApplicableTariff
{
    public sealed record Filter(Instrument Instrument, DateOnly On);

    public sealed record Query(Filter Filter) : IQuery<TariffView>;

    public sealed class Handler(Db db) : IQueryHandler<Query, TariffView>
    {
        public async Task<Result<TariffView>> Handle(Query query, CancellationToken ct)
        {
            var row = await db.One<TariffRow>(Sql, query.Filter, ct);
            return row is null ? AssessmentErrors.TariffNotFound(query.Filter.On) : row.ToView();
        }
    }

    public static async Task<Reply<TariffView>> Endpoint(QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(filter.Value), ct));

    private const string Sql = TariffRow.Select + """
         WHERE t.instrument = @Instrument AND t.status = 'Adopted' AND t.effective_from <= @On
           AND (t.effective_to IS NULL OR t.effective_to >= @On)
        """;
}
