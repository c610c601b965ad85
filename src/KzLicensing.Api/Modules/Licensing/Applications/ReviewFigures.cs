using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>How the ministry keeps its terms: what ended within a range of days, how long it took, and what is open today.</summary>
internal static class ReviewFigures
{
    /// <param name="From">The first day; without it the first of this year.</param>
    /// <param name="To">The last day; without it today.</param>
    public sealed record Filter(DateOnly? From = null, DateOnly? To = null);

    public sealed record Query(Filter Filter) : IQuery<Response>;

    /// <param name="MedianWorkingDays">Of the applications decided in the range; null when there are none.</param>
    /// <param name="DecidedOverdue">Decided after their due day.</param>
    /// <param name="OpenOverdue">Open today, and due before today.</param>
    public sealed record Response(
        DateOnly From, DateOnly To, int Approved, int Refused, int Withdrawn, int Lapsed, decimal? MedianWorkingDays, int DecidedOverdue,
        int Open, int OpenOverdue, IReadOnlyList<GroundCount> RefusalsByGround);

    public sealed record GroundCount
    {
        public string Ground { get; init; } = "";
        public int Count { get; init; }
    }

    public sealed class Validator : AbstractValidator<Query>
    {
        private static readonly DateOnly First = new(2000, 1, 1), Last = new(2100, 1, 1);

        public Validator()
        {
            RuleFor(q => q.Filter.From).InclusiveBetween(First, Last);
            RuleFor(q => q.Filter.To).InclusiveBetween(First, Last);
            RuleFor(q => q.Filter.To).GreaterThanOrEqualTo(q => q.Filter.From).When(q => q.Filter is { To: not null, From: not null });
        }
    }

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var today = CivilTime.DayOf(clock.GetUtcNow());
            var to = query.Filter.To ?? today;
            var from = query.Filter.From ?? new DateOnly(to.Year, 1, 1);
            var range = new { Since = CivilTime.StartOf(from), Until = CivilTime.StartOf(to.AddDays(1)), Today = today };
            var figures = (await db.One<Figures>(FiguresSql, range, ct))!;
            var grounds = await db.Many<GroundCount>(GroundsSql, range, ct);
            return new Response(
                from, to, figures.Approved, figures.Refused, figures.Withdrawn, figures.Lapsed, figures.MedianWorkingDays,
                figures.DecidedOverdue,
                figures.Open, figures.OpenOverdue, grounds);
        }
    }

    public static async Task<Reply<Response>> Endpoint(QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(filter.Value), ct));

    private sealed record Figures
    {
        public int Approved { get; init; }
        public int Refused { get; init; }
        public int Withdrawn { get; init; }
        public int Lapsed { get; init; }
        public decimal? MedianWorkingDays { get; init; }
        public int DecidedOverdue { get; init; }
        public int Open { get; init; }
        public int OpenOverdue { get; init; }
    }

    private const string FiguresSql = """
        WITH ended AS (
            SELECT status, working_days_used, (closed_at AT TIME ZONE interval '5 hours')::date > due_on AS late
              FROM permit_applications WHERE closed_at >= @Since AND closed_at < @Until AND submitted_at IS NOT NULL),
        open AS (
            SELECT due_on < @Today AS late
              FROM permit_applications WHERE status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended'))
        SELECT count(*) FILTER (WHERE status = 'Approved')::int AS approved,
               count(*) FILTER (WHERE status = 'Refused')::int AS refused,
               count(*) FILTER (WHERE status = 'Withdrawn')::int AS withdrawn,
               count(*) FILTER (WHERE status = 'Lapsed')::int AS lapsed,
               (percentile_cont(0.5) WITHIN GROUP (ORDER BY working_days_used)
                    FILTER (WHERE status IN ('Approved', 'Refused')))::numeric AS median_working_days,
               count(*) FILTER (WHERE late AND status IN ('Approved', 'Refused'))::int AS decided_overdue,
               (SELECT count(*) FROM open)::int AS open,
               (SELECT count(*) FROM open WHERE late)::int AS open_overdue
          FROM ended
        """;

    private const string GroundsSql = """
        SELECT ground, count(*)::int AS count
          FROM application_decisions, unnest(grounds) AS ground
         WHERE outcome = 'Refuse' AND at >= @Since AND at < @Until
         GROUP BY ground ORDER BY count(*) DESC, ground
        """;
}
