using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Tariffs;

/// <summary>Reads one edition of a tariff.</summary>
internal static class GetTariff
{
    public sealed record Query(Guid Id) : IQuery<TariffView>;

    public sealed class Handler(Db db) : IQueryHandler<Query, TariffView>
    {
        public async Task<Result<TariffView>> Handle(Query query, CancellationToken ct)
        {
            var row = await db.One<TariffRow>(Sql, new { query.Id }, ct);
            return row is null ? new Error("tariff-not-found", "There is no such tariff.") : row.ToView();
        }
    }

    public static async Task<Reply<TariffView>> Endpoint(Guid id, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id), ct));

    private const string Sql = TariffRow.Select + "WHERE t.id = @Id";
}
