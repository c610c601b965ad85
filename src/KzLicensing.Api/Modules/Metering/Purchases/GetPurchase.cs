using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>Reads one purchase, also one that was withdrawn.</summary>
internal static class GetPurchase
{
    public sealed record Query(Guid Id) : IQuery<PurchaseView>;

    public sealed class Handler(Db db, Actor actor) : IQueryHandler<Query, PurchaseView>
    {
        public async Task<Result<PurchaseView>> Handle(Query query, CancellationToken ct) =>
            await db.One<PurchaseView>(Sql, query, ct) is { } purchase ? purchase.For(actor) : MeteringErrors.PurchaseNotFound();
    }

    public static async Task<Reply<PurchaseView>> Endpoint(Guid id, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id), ct));

    private const string Sql = PurchaseView.Select + "WHERE " + PurchaseView.Visible + " AND b.id = @Id";
}
