using FluentValidation;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Metering;
using MediatR;

namespace KzLicensing.Api.Modules.Metering;

/// <summary>What a metering point used, by hour, day, month or quarter of the place's civil time, now or as it was known then.</summary>
internal static class GetConsumption
{
    private const int MaxRows = 10_000;

    public enum Step
    {
        hour,
        day,
        month,
        quarter,
    }

    /// <param name="To">The day after the last one.</param>
    public sealed record Filter(DateOnly From, DateOnly To, Step Step = Step.day, DateTimeOffset? KnownAt = null);

    public sealed record Query(string Code, Filter Filter) : IQuery<Response>;

    public sealed record Response(string MeteringPoint, Step Step, IReadOnlyList<Item> Items, decimal TotalKwh, string? NextCursor);

    public sealed record Item(DateTimeOffset StartAt, DateOnly On, decimal Kwh, decimal EstimatedKwh, int MissingHours);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.From).MustBeRecent();
            RuleFor(q => q.Filter.To).MustBeRecent().GreaterThan(q => q.Filter.From);
        }
    }

    public sealed class Handler(Db db, Actor actor, LawBook lawBook, TimeProvider clock) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var (filter, law) = (query.Filter, await lawBook.Open(ct));
            var point = await db.One<MeteringPointRow>(PointSql, new { query.Code }, ct);
            if (point is null) return MeteringErrors.PointNotFound();
            var ranges = Visible(point.ToDomain(), new DayRange(filter.From, filter.To));
            if (ranges.Count == 0) return MeteringErrors.PointNotFound();
            var steps = ranges.SelectMany(r => Steps(r, filter.Step, point.SiteRegion, law.CivilTime)).Take(MaxRows + 1).ToList();
            if (steps.Count > MaxRows) return MeteringErrors.RangeTooLong(MaxRows);

            var sums = await db.Consumption(
                [.. steps.Select(_ => point.Id)], [.. steps.Select(s => s.From)], [.. steps.Select(s => s.To)], filter.KnownAt ?? clock.GetUtcNow(), ct);
            var items = steps.Zip(sums, (step, sum) => new Item(step.From, step.Day, sum.Wh / 1000m, sum.EstimatedWh / 1000m, step.Hours - sum.KnownHours)).ToList();
            return new Response(query.Code, filter.Step, items, items.Sum(i => i.Kwh), null);
        }

        /// <summary>Staff sees every day; a payer those that it pays for.</summary>
        private List<DayRange> Visible(MeteringPointHistory point, DayRange asked) =>
            actor.RowScope == "*" ? [asked] : [.. asked.CutAt(point.ChangeDays).Where(r => point.On(r.From)?.PayerBin == actor.RowScope)];

        private static IEnumerable<(DateOnly Day, DateTimeOffset From, DateTimeOffset To, int Hours)> Steps(DayRange range, Step step, string region, CivilTime time)
        {
            for (var day = range.From; day < range.To;)
            {
                var next = Next(day, step);
                if (next > range.To) next = range.To;
                var (start, end) = (time.StartOf(day, region), time.StartOf(next, region));
                var length = step is Step.hour ? TimeSpan.FromHours(1) : end - start;
                for (var at = start; at < end; at += length) yield return (day, at, at + length, (int)length.TotalHours);
                day = next;
            }
        }

        private static DateOnly Next(DateOnly day, Step step) => step switch
        {
            Step.hour or Step.day => day.AddDays(1),
            Step.month => new DateOnly(day.Year, day.Month, 1).AddMonths(1),
            Step.quarter => Quarter.Of(day).To,
        };
    }

    public static async Task<Reply<Response>> Endpoint(string code, QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(code, filter.Value), ct));

    private const string PointSql = MeteringPointRow.Select + "WHERE p.code = @Code";
}
