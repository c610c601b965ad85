using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>Days that are no working days, and those that are though they fall on a weekend.</summary>
internal static class GetHolidays
{
    public sealed record Query : IQuery<Page<Holiday>>;

    /// <param name="On">The day.</param>
    /// <param name="Kind">What kind of day it is.</param>
    /// <param name="IsWorking">It is worked on, though it falls on a weekend.</param>
    /// <param name="Name">In English.</param>
    /// <param name="Source">The law or the order.</param>
    public sealed record Holiday(DateOnly On, string Kind, bool IsWorking, string Name, string Source);

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<Holiday>>
    {
        public async Task<Result<Page<Holiday>>> Handle(Query query, CancellationToken ct) => await db.Table<Holiday>(Sql, ct);
    }

    public static async Task<Reply<Page<Holiday>>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));

    private const string Sql = """
        SELECT json_build_object('on', "on", 'kind', kind, 'isWorking', is_working, 'name', name_en, 'source', source)::text FROM holidays
               ORDER BY "on"
        """;
}
