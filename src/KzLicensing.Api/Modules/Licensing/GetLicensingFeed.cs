using System.Text.Json;
using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing;

/// <summary>Every transition of applications and licenses in commit order: whoever keeps the cursor misses nothing and sees nothing twice.</summary>
/// <remarks>It is the journal itself, so nothing can be in the one and not in the other. Expiry is a date and no transition: <c>validTo</c> tells it.</remarks>
internal static class GetLicensingFeed
{
    public sealed record Filter(string? After = null, int Limit = Cursor.DefaultLimit);

    public sealed record Query(Filter Filter) : IQuery<Response>;

    /// <param name="NextCursor">Where to go on, also when there was nothing new; null only before the first transition ever.</param>
    public sealed record Response(IReadOnlyList<Item> Items, string? NextCursor, bool HasMore);

    /// <param name="Subject"><c>application:…</c> with its id, or <c>license:…</c> with its number.</param>
    /// <param name="Action">The use case.</param>
    public sealed record Item(string Cursor, DateTimeOffset At, string By, string Action, string Subject, JsonElement Facts);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Cursors cursors) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var feed = cursors.For("licensing-feed");
            var after = await JournalMark.Read(db, feed, query.Filter.After, ct);
            if (after.IsFailure) return after.Error;
            var rows = await db.Many<Row>(Sql, new { after.Value.Number, Take = query.Filter.Limit + 1 }, ct);
            var items = rows.Take(query.Filter.Limit).Select(r => r.ToItem(feed)).ToList();
            return new Response(items, items.Count > 0 ? items[^1].Cursor : query.Filter.After, rows.Count > items.Count);
        }
    }

    public static async Task<Reply<Response>> Endpoint(QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(filter.Value), ct));

    private sealed record Row
    {
        public long Number { get; init; }
        public DateTime At { get; init; }
        public string Actor { get; init; } = "";
        public string Action { get; init; } = "";
        public string Subject { get; init; } = "";
        public string Entry { get; init; } = "";
        public byte[] Hash { get; init; } = [];

        public Item ToItem(Cursor feed) => new(feed.At(JournalMark.Of(Number, Hash)), At, Actor, Action, Subject, JsonElement.Parse(Entry).GetProperty("facts"));
    }

    // The predicate is that of the partial index journal_entries_of_licensing.
    private const string Sql = """
        SELECT number, at, actor, action, subject, entry, hash
          FROM journal_entries
         WHERE (subject LIKE 'application:%' OR subject LIKE 'license:%') AND number > @Number
         ORDER BY number
         LIMIT @Take
        """;
}
