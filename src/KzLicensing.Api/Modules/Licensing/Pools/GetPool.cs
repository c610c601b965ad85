using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Pools;

/// <summary>Anybody reads a pool's accreditation, today's or that of a day.</summary>
internal static class GetPool
{
    public sealed record Filter(DateOnly? AsOf = null);

    public sealed record Query(Guid Id, Filter Filter) : IQuery<PoolView>;

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, PoolView>
    {
        public async Task<Result<PoolView>> Handle(Query query, CancellationToken ct)
        {
            var pool = await db.One<PoolView>(Sql, new { query.Id }, ct);
            return pool is null ? PoolErrors.NotFound() : pool.On(query.Filter.AsOf ?? CivilTime.DayOf(clock.GetUtcNow()));
        }
    }

    public static async Task<Reply<PoolView>> Endpoint(Guid id, QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id, filter.Value), ct));

    private const string Sql = PoolView.Select + "WHERE p.id = @Id";
}
