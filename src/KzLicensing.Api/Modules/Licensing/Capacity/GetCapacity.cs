using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.Capacity;

/// <summary>What is licensed, left and asked for in the country, the grid zones and the regions on a day.</summary>
internal static class GetCapacity
{
    public sealed record Filter(DateOnly? On = null);

    public sealed record Query(Filter Filter) : IQuery<Response>;

    public sealed record Response(DateOnly On, IReadOnlyList<ScopeCapacity> Items);

    /// <param name="CeilingMw">Null: no ceiling on this day.</param>
    /// <param name="AllocatedMw">Granted for this day, or kept for a renewal. What is promised for later days counts on those.</param>
    /// <param name="WaitingMw">Asked for by open applications of subtype I, beyond what they hold.</param>
    /// <param name="OverAllocatedMw">Above the ceiling, because it was lowered.</param>
    /// <param name="NothingGrantedFrom">
    /// On this day a ceiling lies below what is allocated: nothing more is granted that would still be held then.
    /// </param>
    public sealed record ScopeCapacity(
        string Scope, decimal? CeilingMw, decimal AllocatedMw, decimal? AvailableMw, decimal WaitingMw, decimal OverAllocatedMw,
        DateOnly? NothingGrantedFrom);

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var on = query.Filter.On ?? CivilTime.DayOf(clock.GetUtcNow());
            var rows = await db.Many<Row>(Sql, new { On = on }, ct);
            return new Response(on, [.. rows.Select(r => r.ToScope())]);
        }
    }

    public static Task<Results<Reply<Response>, CsvReply<ScopeCapacity>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, _ => mediator.Send(new Query(filter.Value), ct), c => c.Items);

    private sealed record Row
    {
        public string Scope { get; init; } = "";
        public int? CeilingKw { get; init; }
        public long AllocatedKw { get; init; }
        public long WaitingKw { get; init; }
        public DateOnly? NothingGrantedFrom { get; init; }

        public ScopeCapacity ToScope() => new(
            Scope, CeilingKw / 1000m, AllocatedKw / 1000m,
            CeilingKw is { } ceiling ? Math.Max(ceiling - AllocatedKw, 0) / 1000m : null,
            WaitingKw / 1000m, Math.Max(AllocatedKw - (CeilingKw ?? AllocatedKw), 0) / 1000m, NothingGrantedFrom);
    }

    private const string Sql = """
        WITH scopes AS (
            SELECT 'country' AS scope, NULL::text AS zone, NULL::text AS region
            UNION ALL SELECT DISTINCT 'zone:' || grid_zone, grid_zone, NULL FROM regions
            UNION ALL SELECT 'region:' || code, NULL, code FROM regions),
        asked AS (
            SELECT a.site_region AS region, r.grid_zone AS zone, greatest(a.requested_kw - coalesce(v.licensed_kw, 0), 0) AS kw
              FROM permit_applications a
              JOIN regions r ON r.code = a.site_region
              LEFT JOIN license_versions v ON v.license_number = a.previous_license_number AND v.effective_until = 'infinity'
             WHERE a.status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended') AND a.subtype = 'I')
        SELECT s.scope, c.kw AS ceiling_kw,
               coalesce((SELECT sum(d.kw) FROM capacity_days d WHERE d.scope = s.scope AND d.on_day <= @On), 0)::bigint AS allocated_kw,
               coalesce((SELECT sum(a.kw) FROM asked a WHERE (s.zone IS NULL OR a.zone = s.zone)
               AND (s.region IS NULL OR a.region = s.region)), 0) AS waiting_kw,
               (SELECT min(l.from_day) FROM capacity_left(s.scope, @On, 'infinity') l WHERE l.kw < 0) AS nothing_granted_from
          FROM scopes s
          LEFT JOIN capacity_ceilings c ON c.scope = s.scope AND c.effective_from <= @On
          AND (c.effective_to IS NULL OR c.effective_to >= @On)
         ORDER BY s.scope
        """;
}
