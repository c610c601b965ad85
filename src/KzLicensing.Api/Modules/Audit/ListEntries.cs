using System.Text.Json;
using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Audit;

/// <summary>Lists journal entries in the order in which they became true.</summary>
internal static class ListEntries
{
    public sealed record Filter(
        string? Subject = null, string? Actor = null, DateTimeOffset? From = null, DateTimeOffset? To = null,
        int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Filter Filter) : IQuery<Page<Entry>>;

    [SchemaName("JournalEntry")]
    public sealed record Entry(
        long Number, DateTimeOffset At, string Actor, string Action, string Subject,
        [property: Holds(typeof(JournalEntry.Recorded))] JsonElement Detail, string Hash);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.To).GreaterThanOrEqualTo(q => q.Filter.From).When(q => q.Filter is { To: not null, From: not null });
        }
    }

    public sealed class Handler(Db db, Cursors cursors) : IQueryHandler<Query, Page<Entry>>
    {
        public async Task<Result<Page<Entry>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var cursor = cursors.For("audit", filter.Subject, filter.Actor, filter.From, filter.To);
            var after = await JournalMark.Read(db, cursor, filter.Cursor, ct);
            if (after.IsFailure) return after.Error;

            var rows = await db.Many<Row>(Sql, new
            {
                filter.Subject,
                filter.Actor,
                filter.From,
                filter.To,
                After = after.Value.Number,
                Take = filter.Limit + 1,
            }, ct);
            var page = Page<Row>.Of(rows, filter.Limit, cursor, r => JournalMark.Of(r.Number, r.Hash));
            return new Page<Entry>([.. page.Items.Select(r => r.ToEntry())], page.NextCursor);
        }
    }

    public static async Task<Reply<Page<Entry>>> Endpoint(QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
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

        public Entry ToEntry() => new(Number, At, Actor, Action, Subject, JsonElement.Parse(Entry), Convert.ToHexStringLower(Hash));
    }

    private const string Sql = """
        SELECT number, at, actor, action, subject, entry, hash
          FROM journal_entries
         WHERE number > @After
           AND (@Subject IS NULL OR subject = @Subject)
           AND (@Actor IS NULL OR actor = @Actor)
           AND (@From IS NULL OR at >= @From)
           AND (@To IS NULL OR at < @To)
         ORDER BY number
         LIMIT @Take
        """;
}
