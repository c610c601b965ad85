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
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Consumption;

/// <summary>What a metering point used, by hour, day, month or quarter of the place's civil time, now or as it was known then.</summary>
internal static class GetConsumption
{
    /// <param name="To">The day after the last one.</param>
    public sealed record Filter(
        DateOnly From, DateOnly To, ConsumptionStep Step = ConsumptionStep.day, DateTimeOffset? KnownAt = null,
        int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(string Code, Filter Filter) : IQuery<IReadOnlyList<ConsumptionRow>>;

    /// <param name="TotalKwh">Over the whole range, whatever the page.</param>
    public sealed record Response(
        string MeteringPoint, ConsumptionStep Step, IReadOnlyList<ConsumptionRow> Items, decimal TotalKwh, string? NextCursor);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.From).MustBeRecent();
            RuleFor(q => q.Filter.To).MustBeRecent().GreaterThan(q => q.Filter.From);
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
        }
    }

    public sealed class Handler(Db db, Actor actor, LawBook lawBook, TimeProvider clock)
        : IQueryHandler<Query, IReadOnlyList<ConsumptionRow>>
    {
        public async Task<Result<IReadOnlyList<ConsumptionRow>>> Handle(Query query, CancellationToken ct)
        {
            var (filter, law) = (query.Filter, await lawBook.Open(ct));
            var range = new DayRange(filter.From, filter.To);
            var point = await db.One<MeteringPointRow>(PointSql, new { query.Code }, ct);
            if (point is null) return MeteringErrors.PointNotFound();
            var history = point.ToDomain();
            var days = Visible(history, range);
            if (days.Count == 0) return MeteringErrors.PointNotFound();
            var asked = days.SelectMany(d => PointDays.Of(point, history, d)).ToList();
            return await db.ConsumptionBy(filter.Step, range, asked, law, filter.KnownAt ?? clock.GetUtcNow(), ct);
        }

        /// <summary>Staff sees every day; a payer those that it pays for.</summary>
        private List<DayRange> Visible(MeteringPointHistory point, DayRange asked) =>
            actor.RowScope == "*" ? [asked] : [.. point.DaysWhere(s => s.PayerBin == actor.RowScope, asked)];
    }

    public static async Task<Results<Reply<Response>, CsvReply<ConsumptionRow>, NdjsonReply<ConsumptionRow>>> Endpoint(
        string code, QueryString<Filter> filter, HttpRequest request, Cursors cursors, IMediator mediator, CancellationToken ct)
    {
        var cursor = cursors.For("consumption", code, filter.Value with { Limit = 0, Cursor = null });
        var after = cursor.Read<DateTimeOffset?>(filter.Value.Cursor);
        if (after.IsFailure) return new Reply<Response>(after.Error);
        var rows = await mediator.Send(new Query(code, filter.Value), ct);
        if (Accepts.Csv(request)) return new CsvReply<ConsumptionRow>(rows);
        if (Accepts.Ndjson(request)) return new NdjsonReply<ConsumptionRow>(rows);
        return new Reply<Response>(rows.Map(all =>
        {
            var page = ConsumptionPage.Of(all, filter.Value.Limit, after.Value, cursor);
            return new Response(code, filter.Value.Step, page.Items, all.Sum(r => r.Kwh), page.NextCursor);
        }));
    }

    private const string PointSql = MeteringPointRow.Select + "WHERE p.code = @Code AND " + MeteringPointRow.VisibleEver;
}
