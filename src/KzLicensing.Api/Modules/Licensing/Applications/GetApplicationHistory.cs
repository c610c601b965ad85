using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>Who did what to an application, when and why: its entries in the journal.</summary>
internal static class GetApplicationHistory
{
    public sealed record Query(Guid Id) : IQuery<Response>;

    public sealed record Response(IReadOnlyList<Step> Items, string? NextCursor);

    public sealed record Step(DateTimeOffset At, string By, string Action, JsonElement Facts);

    public sealed class Handler(Db db) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var rows = await db.Many<Row>(Sql, new { query.Id, Subject = $"application:{query.Id}" }, ct);
            return rows.Count == 0 ? LicensingErrors.ApplicationNotFound() : new Response([.. rows.Select(r => r.ToStep())], null);
        }
    }

    public static async Task<Reply<Response>> Endpoint(Guid id, IMediator mediator, CancellationToken ct) => new(await mediator.Send(new Query(id), ct));

    private sealed record Row
    {
        public DateTime At { get; init; }
        public string Actor { get; init; } = "";
        public string Action { get; init; } = "";
        public string Entry { get; init; } = "";

        public Step ToStep() => new(At, Actor, Action, JsonElement.Parse(Entry).GetProperty("facts"));
    }

    // The application itself is subject to row-level security: who may not see it sees no history.
    private const string Sql = """
        SELECT e.at, e.actor, e.action, e.entry
          FROM permit_applications a
          JOIN journal_entries e ON e.subject = @Subject
         WHERE a.id = @Id
         ORDER BY e.number
        """;
}
