using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Idempotency;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Audit;

/// <summary>Tells callers what a key of theirs did, while they may still do it and for whom they did it.</summary>
internal static class GetReceipt
{
    public sealed record Query(string Key) : IQuery<Response>;

    public sealed record Response(string Key, string Action, string? Subject, DateTimeOffset At, JsonElement Reply);

    public sealed class Handler(Db db, Actor actor) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var row = await db.One<Row>(Sql, new { Caller = actor.Id, query.Key, actor.Bin }, ct);
            return row is null || !actor.May(row.Permission) || actor.RowsBy(row.Permission) != row.RowScope
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
        public string Permission { get; init; } = "";
        public string RowScope { get; init; } = "";
        public DateTime At { get; init; }
        public string Reply { get; init; } = "";
    }

    private const string Sql = """
        SELECT action, subject, permission, row_scope, at, reply
          FROM idempotency_keys
         WHERE caller = @Caller AND key = @Key AND bin IS NOT DISTINCT FROM @Bin AND permission IS NOT NULL AND reply IS NOT NULL
        """;
}
