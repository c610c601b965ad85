using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Idempotency;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Audit;

/// <summary>Tells callers what a key of theirs did.</summary>
internal static class GetReceipt
{
    public sealed record Query(string Key) : IQuery<Response>;

    public sealed record Response(string Key, string Action, string? Subject, DateTimeOffset At, JsonElement Reply);

    public sealed class Handler(Db db, Actor actor) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var row = await db.One<Row>(Sql, new { Caller = actor.Id, query.Key }, ct);
            return row is null
                ? IdempotencyErrors.ReceiptNotFound(query.Key)
                : new Response(query.Key, row.Action, row.Subject, row.At, JsonElement.Parse(row.Reply));
        }
    }

    public static async Task<Reply<Response>> Endpoint(string key, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(key), ct));

    private sealed record Row
    {
        public string Action { get; init; } = "";
        public string? Subject { get; init; }
        public DateTime At { get; init; }
        public string Reply { get; init; } = "";
    }

    private const string Sql = "SELECT action, subject, at, reply FROM idempotency_keys WHERE caller = @Caller AND key = @Key AND reply IS NOT NULL";
}
