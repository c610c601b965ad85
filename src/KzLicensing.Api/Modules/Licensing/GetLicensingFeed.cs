using System.Text.Json;
using FluentValidation;
using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing;

/// <summary>
/// Every transition of applications and licenses in commit order: whoever keeps the cursor misses nothing and sees nothing twice.
/// </summary>
/// <remarks>
/// It is the journal itself, so nothing can be in the one and not in the other. Expiry is a date and no transition: <c>validTo</c> tells
/// it.
/// </remarks>
internal static class GetLicensingFeed
{
    public sealed record Filter(string? After = null, int Limit = Cursor.DefaultLimit);

    public sealed record Query(Filter Filter) : IQuery<Response>;

    /// <param name="NextCursor">Where to go on, also when there was nothing new; null only before the first transition ever.</param>
    public sealed record Response(IReadOnlyList<Item> Items, string? NextCursor, bool HasMore);

    /// <param name="Subject"><c>application:…</c> with its id, or <c>license:…</c> with its number.</param>
    /// <param name="Action">The use case.</param>
    /// <param name="By">Null, like all that officers tell each other, where the subject is of the company that the reader acts for.</param>
    public sealed record Item(
        string Cursor, DateTimeOffset At, string? By, string Action, string Subject,
        [property: Holds(typeof(IReadOnlyList<IFact>))] IReadOnlyList<JsonElement> Facts);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Actor actor, Cursors cursors, FeedReaders readers) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var feed = cursors.For("licensing-feed");
            var after = await JournalMark.Read(db, feed, query.Filter.After, ct);
            if (after.IsFailure) return after.Error;
            var rows = await db.Many<Row>(Sql, new
            {
                after.Value.Number,
                OwnBin = actor.Bin,
                ApplicantsHistory.BetweenOfficers,
                Take = query.Filter.Limit + 1,
            }, ct);
            var items = rows.Take(query.Filter.Limit).Select(r => r.ToItem(feed)).ToList();
            readers.Note(FeedReaders.Licensing, actor.Id, items.Count > 0 ? rows[items.Count - 1].Number : after.Value.Number);
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

        /// <summary>Of the company that the reader acts for.</summary>
        public bool Own { get; init; }

        public Item ToItem(Cursor feed)
        {
            IReadOnlyList<JsonElement> facts = [.. JsonElement.Parse(Entry).GetProperty("facts").EnumerateArray()];
            var item = new Item(feed.At(JournalMark.Of(Number, Hash)), At, Actor, Action, Subject, facts);
            if (!Own) return item;
            if (Subject.StartsWith("license:", StringComparison.Ordinal)) return item with { By = null };
            var told = ApplicantsHistory.Tell(facts);
            return item with { By = ApplicantsHistory.IsOwn(told) ? Actor : null, Facts = told };
        }
    }

    // The predicate is that of the partial index journal_entries_of_licensing.
    private const string Sql = """
        SELECT f.number, f.at, f.actor, f.action, f.subject, f.entry, f.hash, f.own
          FROM (SELECT e.number, e.at, e.actor, e.action, e.subject, e.entry, e.hash,
                       CASE WHEN e.subject LIKE 'application:%'
                            THEN EXISTS (SELECT FROM permit_applications a WHERE a.id = substr(e.subject, 13)::uuid
                            AND a.applicant_bin = @OwnBin)
                            ELSE EXISTS (SELECT FROM licenses l WHERE l.number = substr(e.subject, 9) AND l.bin = @OwnBin)
                       END AS own
                  FROM journal_entries e
                 WHERE (e.subject LIKE 'application:%' OR e.subject LIKE 'license:%') AND e.number > @Number) AS f
         WHERE NOT (f.own AND f.action = ANY (@BetweenOfficers))
         ORDER BY f.number
         LIMIT @Take
        """;
}
