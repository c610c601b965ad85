using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>The regions, with what they are called since when.</summary>
internal static class GetRegions
{
    public sealed record Query : IQuery<Page<Region>>;

    /// <param name="Code">KATO prefix, two digits.</param>
    /// <param name="Kato">The whole KATO code.</param>
    /// <param name="Kind">An oblast or a city.</param>
    /// <param name="GridZone">The zone of the grid that it belongs to.</param>
    /// <param name="Centre">Its main town.</param>
    /// <param name="ValidFrom">The first day; null for what was there before the registry.</param>
    /// <param name="Note">Where it came from.</param>
    /// <param name="Names">By date.</param>
    public sealed record Region(
        string Code, string Kato, string Kind, string GridZone, string? Centre, DateOnly? ValidFrom, string? Note,
        IReadOnlyList<RegionName> Names);

    /// <param name="EffectiveFrom">The first day of the name.</param>
    public sealed record RegionName(DateOnly EffectiveFrom, string En, string Ru, string Kk);

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<Region>>
    {
        public async Task<Result<Page<Region>>> Handle(Query query, CancellationToken ct) => await db.Table<Region>(Sql, ct);
    }

    public static async Task<Reply<Page<Region>>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));

    private const string Sql = """
        SELECT json_build_object('code', r.code, 'kato', r.kato, 'kind', r.kind, 'gridZone', r.grid_zone, 'centre', r.centre,
                                 'validFrom', r.valid_from, 'note', r.note,
                                 'names', json_agg(json_build_object('effectiveFrom', n.effective_from, 'en', n.name_en, 'ru', n.name_ru,
                                                                     'kk', n.name_kk) ORDER BY n.effective_from))::text
          FROM regions r JOIN region_names n ON n.region = r.code GROUP BY r.code ORDER BY r.code
        """;
}
