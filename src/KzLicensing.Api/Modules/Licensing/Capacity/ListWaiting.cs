using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.Capacity;

/// <summary>
/// What waits for capacity: recommended applications in the order of their submission. The first that fits is to be decided next.
/// </summary>
internal static class ListWaiting
{
    /// <param name="Scope"><c>zone:north</c> or <c>region:35</c>; without it the whole country.</param>
    public sealed record Filter(string? Scope = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<Waiting>>;

    /// <param name="Position">From one, in the whole country.</param>
    /// <param name="NeededMw">Beyond what its license holds already.</param>
    /// <param name="Fits">It would fit on every day of a license that begins today.</param>
    /// <param name="TightestScope">The scope with the least left; null where there is no ceiling.</param>
    /// <param name="AvailableMw">Left in that scope, on the day on which it is least.</param>
    [SchemaName("WaitingApplication")]
    public sealed record Waiting(
        int Position, Guid ApplicationId, string Number, string ApplicantBin, string ApplicantName, string Region, decimal NeededMw,
        DateTimeOffset SubmittedAt, bool Fits, string? TightestScope, decimal? AvailableMw);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.Scope).Matches(Patterns.Scope);
        }
    }

    public sealed class Handler(Db db, Actor actor, Cursors cursors, LawBook lawBook, TimeProvider clock)
        : IQueryHandler<Query, Page<Waiting>>
    {
        public async Task<Result<Page<Waiting>>> Handle(Query query, CancellationToken ct)
        {
            var limit = query.Whole ? Cursor.NoLimit : query.Filter.Limit;
            var cursor = cursors.For("capacity-waiting", query.Filter.Scope);
            var after = cursor.Read<Place>(query.Filter.Cursor);
            if (after.IsFailure) return after.Error;
            var today = CivilTime.DayOf(clock.GetUtcNow());
            var law = await lawBook.Open(ct);
            var rows = await db.Many<Row>(Sql, new
            {
                Scope = query.Filter.Scope ?? "country",
                OwnBin = actor.Bin,
                Today = today,
                Until = LicenseTerm.LastDay(today, months: 12 * (int)law.Required("license-term-years", today)).AddDays(1),
                AfterAt = after.Value?.SubmittedAt,
                AfterId = after.Value?.ApplicationId,
                Take = limit + 1,
            }, ct);
            var page = Page<Row>.Of(rows, limit, cursor, r => new Place(r.SubmittedAt, r.ApplicationId));
            return new Page<Waiting>([.. page.Items.Select(r => r.ToWaiting())], page.NextCursor);
        }
    }

    public static Task<Results<Reply<Page<Waiting>>, CsvReply<Waiting>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private sealed record Place(DateTimeOffset SubmittedAt, Guid ApplicationId);

    private sealed record Row
    {
        public int Position { get; init; }
        public Guid ApplicationId { get; init; }
        public string Number { get; init; } = "";
        public string ApplicantBin { get; init; } = "";
        public string ApplicantName { get; init; } = "";
        public string Region { get; init; } = "";
        public int NeededKw { get; init; }
        public DateTime SubmittedAt { get; init; }
        public string? TightestScope { get; init; }
        public long? AvailableKw { get; init; }

        public Waiting ToWaiting() => new(
            Position, ApplicationId, Number, ApplicantBin, ApplicantName, Region, NeededKw / 1000m, SubmittedAt,
            AvailableKw is not { } left || NeededKw <= left, TightestScope, AvailableKw / 1000m);
    }

    // The place in the queue is its cursor: positions move up when somebody before is decided.
    private const string Sql = """
        WITH available AS (
            SELECT c.scope, greatest(min(l.kw), 0) AS kw
              FROM (SELECT DISTINCT scope FROM capacity_ceilings) c, capacity_left(c.scope, @Today, @Until) l GROUP BY c.scope)
        SELECT w.position, w.application_id, a.number, a.applicant_bin, a.applicant_name, w.region, w.needed_kw, w.submitted_at,
               t.scope AS tightest_scope, t.kw AS available_kw
          FROM waiting_applications() w
          JOIN permit_applications a ON a.id = w.application_id
          JOIN regions r ON r.code = w.region
          LEFT JOIN LATERAL (SELECT v.scope, v.kw FROM available v
                              WHERE v.scope IN ('country', 'zone:' || r.grid_zone, 'region:' || w.region)
                              ORDER BY v.kw, v.scope LIMIT 1) t ON true
         WHERE @Scope IN ('country', 'zone:' || r.grid_zone, 'region:' || w.region)
           -- Who waits was recommended, which the applicant's people do not know before the decision: they are told a place in any case.
           AND a.applicant_bin IS DISTINCT FROM @OwnBin
           AND (@AfterId IS NULL OR (w.submitted_at, w.application_id) > (@AfterAt, @AfterId))
         ORDER BY w.submitted_at, w.application_id
         LIMIT @Take
        """;
}
