using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>
/// What changed since a cursor, in commit order: a tax system that keeps its cursor misses nothing and sees nothing twice.
/// </summary>
internal static class GetTaxFeed
{
    public sealed record Filter(string? After = null, int Limit = Cursor.DefaultLimit);

    public sealed record Query(Filter Filter) : IQuery<Response>;

    /// <param name="NextCursor">Where to go on, also when there was nothing new; null only before the first change ever.</param>
    public sealed record Response(IReadOnlyList<Item> Items, string? NextCursor, bool HasMore);

    public sealed record Item(string Cursor, FeedChange Change, DateTimeOffset At, StoredJson Assessment);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Actor actor, Cursors cursors, FeedReaders readers) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var feed = cursors.For("tax-feed");
            var after = await JournalMark.Read(db, feed, query.Filter.After, ct);
            if (after.IsFailure) return after.Error;
            var rows = await db.Many<Row>(Sql, new { after.Value.Number, after.Value.Position, Take = query.Filter.Limit + 1 }, ct);
            var more = rows.Count > query.Filter.Limit;
            var items = rows.Take(query.Filter.Limit).Select(r => r.ToItem(feed)).ToList();
            readers.Note(FeedReaders.Tax, actor.Id, items.Count > 0 ? rows[items.Count - 1].Number : after.Value.Number);
            return new Response(items, items.Count > 0 ? items[^1].Cursor : query.Filter.After, more);
        }
    }

    public static async Task<Reply<Response>> Endpoint(QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(filter.Value), ct));

    private sealed record Row
    {
        public long Number { get; init; }
        public int Position { get; init; }
        public FeedChange Change { get; init; }
        public DateTime At { get; init; }
        public string Doc { get; init; } = "";
        public byte[] Hash { get; init; } = [];

        public Item ToItem(Cursor feed) => new(feed.At(JournalMark.Of(Number, Hash, Position)), Change, At, new StoredJson(Doc, 0));
    }

    private const string Sql = """
        SELECT f.number, f.position, f.change, f.at, f.doc, e.hash
          FROM tax_feed f JOIN journal_entries e ON e.number = f.number
         WHERE (f.number, f.position) > (@Number, @Position)
         ORDER BY f.number, f.position
         LIMIT @Take
        """;
}
