using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>Who did what to an application, when and why, and which fields changed: its entries in the journal.</summary>
/// <remarks>What its applicant reads of them: <see cref="ApplicantsHistory"/>.</remarks>
internal static class GetApplicationHistory
{
    public sealed record Filter(int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Guid Id, Filter Filter, bool Whole = false) : IQuery<Page<Step>>;

    /// <param name="By">The actor's <c>sub</c>; an applicant does not read whose of the ministry.</param>
    /// <param name="Action">The use case.</param>
    /// <param name="Reasons">As the actor gave them.</param>
    /// <param name="Changes">Fields by JSON pointer, with the value before and after.</param>
    /// <param name="Facts">What the journal holds of this step.</param>
    public sealed record Step(
        DateTimeOffset At, string? By, string? Name, string Action, string? Reasons,
        [property: Holds(typeof(IReadOnlyList<Change>))] IReadOnlyList<JsonElement> Changes,
        [property: Holds(typeof(IReadOnlyList<IFact>))] IReadOnlyList<JsonElement> Facts);

    /// <summary>A step as lines of a spreadsheet: one for each field that changed, or one of its own.</summary>
    public sealed record Line(DateTimeOffset At, string? By, string? Name, string Action, string? Reasons, string? Pointer, string? From,
        string? To)
    {
        public static IEnumerable<Line> Of(Step step)
        {
            var line = new Line(step.At, step.By, step.Name, step.Action, step.Reasons, null, null, null);
            return step.Changes.Select(c => c.Deserialize<Change>(Json.Stored)!)
                .SelectMany(c => Values(c.Pointer, c.From, c.To))
                .Select(v => line with { Pointer = v.Pointer, From = v.From, To = v.To })
                .DefaultIfEmpty(line);
        }

        /// <summary>What came or went as an object is told member by member.</summary>
        private static IEnumerable<(string Pointer, string From, string To)> Values(string pointer, JsonNode? from, JsonNode? to)
        {
            var names = new[] { from, to }.OfType<JsonObject>().SelectMany(o => o.Select(m => m.Key)).Distinct().ToList();
            if (names.Count == 0) return [(pointer, Cells.Text(from), Cells.Text(to))];
            return names.SelectMany(n => Values(JsonPointer.Child(pointer, n), (from as JsonObject)?[n], (to as JsonObject)?[n]));
        }
    }

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Actor actor, Cursors cursors) : IQueryHandler<Query, Page<Step>>
    {
        public async Task<Result<Page<Step>>> Handle(Query query, CancellationToken ct)
        {
            var limit = query.Whole ? Cursor.NoLimit : query.Filter.Limit;
            var cursor = cursors.For("application-history", query.Id);
            var after = await JournalMark.Read(db, cursor, query.Filter.Cursor, ct);
            if (after.IsFailure) return after.Error;
            var rows = await db.Many<Row>(Sql, new
            {
                query.Id,
                OwnBin = actor.Bin,
                BetweenOfficers = ApplicantsHistory.BetweenOfficers,
                Subject = $"application:{query.Id}",
                After = after.Value.Number,
                Take = limit + 1,
            }, ct);
            if (rows.Count == 0) return LicensingErrors.ApplicationNotFound();
            var page = Page<Row>.Of(rows, limit, cursor, r => JournalMark.Of(r.Number, r.Hash));
            return new Page<Step>([.. page.Items.Select(r => actor.ReadsAsStaff(r.ApplicantBin)
                ? r.ToStep()
                : ApplicantsHistory.Tell(r.ToStep()))], page.NextCursor);
        }
    }

    public static Task<Results<Reply<Page<Step>>, CsvReply<Line>>> Endpoint(
        FileId id, QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(id, filter.Value, whole), ct), page => page.Items.SelectMany(Line.Of));

    private sealed record Row
    {
        public long Number { get; init; }
        public string ApplicantBin { get; init; } = "";
        public DateTime At { get; init; }
        public string Actor { get; init; } = "";
        public string Action { get; init; } = "";
        public string Entry { get; init; } = "";
        public byte[] Hash { get; init; } = [];

        public Step ToStep()
        {
            var entry = JsonElement.Parse(Entry);
            List<JsonElement> facts = [.. entry.GetProperty("facts").EnumerateArray()];
            return new Step(
                At, Actor, entry.GetProperty("name").GetString()!, Action,
                ReasonsIn(facts),
                [.. Members(facts, "changes").SelectMany(c => c.EnumerateArray())],
                facts);
        }
    }

    public static string? ReasonsIn(IReadOnlyList<JsonElement> facts) =>
        Members(facts, "reasons").Where(r => r.ValueKind is JsonValueKind.String).Select(r => r.GetString()).FirstOrDefault();

    private static IEnumerable<JsonElement> Members(IReadOnlyList<JsonElement> facts, string name) =>
        facts.Where(f => f.TryGetProperty(name, out _)).Select(f => f.GetProperty(name));

    // Who may not see the application sees no history.
    private const string Sql = $"""
        SELECT e.number, a.applicant_bin, e.at, e.actor, e.action, e.entry, e.hash
          FROM permit_applications a
          JOIN journal_entries e ON e.subject = @Subject AND e.number > @After
         WHERE a.id = @Id AND {ApplicationRow.Visible}
           AND (current_setting('registry.row_scope', true) = '*' AND a.applicant_bin IS DISTINCT FROM @OwnBin
             OR e.action <> ALL (@BetweenOfficers))
         ORDER BY e.number
         LIMIT @Take
        """;
}
