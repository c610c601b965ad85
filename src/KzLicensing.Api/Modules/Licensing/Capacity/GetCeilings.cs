using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.Capacity;

/// <summary>Reads the capacity ceilings with their dates.</summary>
internal static class GetCeilings
{
    public sealed record Query : IQuery<CeilingsView>;

    public sealed class Handler(Db db) : IQueryHandler<Query, CeilingsView>
    {
        public async Task<Result<CeilingsView>> Handle(Query query, CancellationToken ct)
        {
            var rows = await db.Many<Row>(Sql, new { }, ct);
            return new CeilingsView([.. rows.Where(r => r.Scope is not null).Select(r => r.ToCeiling())], null, rows[0].Version);
        }
    }

    public static Task<Results<Reply<CeilingsView>, CsvReply<Ceiling>>> Endpoint(
        HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, _ => mediator.Send(new Query(), ct), c => c.Items);

    private sealed record Row
    {
        public int Version { get; init; }
        public string? Scope { get; init; }
        public DateOnly EffectiveFrom { get; init; }
        public DateOnly? EffectiveTo { get; init; }
        public int Kw { get; init; }

        public Ceiling ToCeiling() => new(Scope!, Kw / 1000m, EffectiveFrom, EffectiveTo);
    }

    private const string Sql = """
        SELECT p.version, c.scope, coalesce(c.effective_from, '0001-01-01') AS effective_from, c.effective_to, coalesce(c.kw, 0) AS kw
          FROM capacity_plan p
          LEFT JOIN capacity_ceilings c ON true
         ORDER BY c.scope, c.effective_from
        """;
}
