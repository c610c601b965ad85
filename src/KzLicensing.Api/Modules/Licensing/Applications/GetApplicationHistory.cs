using System.Text.Json;
using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>Who did what to an application, when and why, and which fields changed: its entries in the journal.</summary>
/// <remarks>What its applicant reads of them: <see cref="ApplicantsHistory"/>.</remarks>
internal static class GetApplicationHistory
{
    public sealed record Filter(int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Guid Id, Filter Filter) : IQuery<Page<Step>>;

    /// <param name="By">The actor's <c>sub</c>; an applicant does not read whose of the ministry.</param>
    /// <param name="Action">The use case.</param>
    /// <param name="Reasons">As the actor gave them.</param>
    /// <param name="Changes">Fields by JSON pointer, with the value before and after.</param>
    /// <param name="Facts">What the journal holds of this step.</param>
    public sealed record Step(
        DateTimeOffset At, string? By, string? Name, string Action, string? Reasons, IReadOnlyList<JsonElement> Changes, IReadOnlyList<JsonElement> Facts);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Actor actor, Cursors cursors) : IQueryHandler<Query, Page<Step>>
    {
        public async Task<Result<Page<Step>>> Handle(Query query, CancellationToken ct)
        {
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
                Take = query.Filter.Limit + 1,
            }, ct);
            if (rows.Count == 0) return LicensingErrors.ApplicationNotFound();
            var page = Page<Row>.Of(rows, query.Filter.Limit, cursor, r => JournalMark.Of(r.Number, r.Hash));
            return new Page<Step>([.. page.Items.Select(r => actor.ReadsAsStaff(r.ApplicantBin) ? r.ToStep() : ApplicantsHistory.Tell(r.ToStep()))], page.NextCursor);
        }
    }

    public static async Task<Reply<Page<Step>>> Endpoint(Guid id, QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id, filter.Value), ct));

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
           AND (current_setting('registry.row_scope', true) = '*' AND a.applicant_bin IS DISTINCT FROM @OwnBin OR e.action <> ALL (@BetweenOfficers))
         ORDER BY e.number
         LIMIT @Take
        """;
}
