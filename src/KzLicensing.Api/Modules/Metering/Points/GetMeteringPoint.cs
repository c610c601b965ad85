using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Points;

/// <summary>Reads a metering point as it is, or as it was on a day.</summary>
internal static class GetMeteringPoint
{
    public sealed record Filter(DateOnly? AsOf = null);

    public sealed record Query(string Code, Filter Filter) : IQuery<MeteringPointView>;

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, MeteringPointView>
    {
        public async Task<Result<MeteringPointView>> Handle(Query query, CancellationToken ct)
        {
            var on = query.Filter.AsOf ?? CivilTime.DayOf(clock.GetUtcNow());
            var row = await db.One<MeteringPointRow>(Sql, new { query.Code, On = on }, ct);
            return row is null ? MeteringErrors.PointNotFound() : row.ToView(on);
        }
    }

    public static async Task<Reply<MeteringPointView>> Endpoint(string code, QueryString<Filter> filter, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Query(code, filter.Value), ct));

    private const string Sql = MeteringPointRow.Select + "WHERE p.code = @Code AND " + MeteringPointRow.VisibleOn;
}
