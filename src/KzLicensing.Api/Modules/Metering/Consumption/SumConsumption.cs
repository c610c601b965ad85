using FluentValidation;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Consumption;

/// <summary>
/// What all metering points of a license, a region or a payer used together; each counts on the days on which it belongs there.
/// </summary>
internal static class SumConsumption
{
    /// <param name="License">The number that the metering point's facts name on the day.</param>
    /// <param name="To">The day after the last one.</param>
    public sealed record Filter(
        DateOnly From, DateOnly To, string? License = null, string? Region = null, Bin? Payer = null,
        ConsumptionStep Step = ConsumptionStep.day,
        DateTimeOffset? KnownAt = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Filter Filter) : IQuery<IReadOnlyList<ConsumptionRow>>;

    /// <param name="TotalKwh">Over the whole range, whatever the page.</param>
    [SchemaName("ConsumptionSum")]
    public sealed record Response(ConsumptionStep Step, IReadOnlyList<ConsumptionRow> Items, decimal TotalKwh, string? NextCursor);

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
            var (filter, law) = (query.Filter with { License = query.Filter.License is { } typed ? LicenseNumber.Of(typed) : null },
                await lawBook.Open(ct));
            var range = new DayRange(filter.From, filter.To);
            var points = await db.Many<MeteringPointRow>(PointsSql,
                new { filter.Region, filter.License, Payer = filter.Payer?.Value, filter.To }, ct);
            var asked = points.SelectMany(p => Asked(p, p.ToDomain())).ToList();
            return await db.ConsumptionBy(filter.Step, range, asked, law, filter.KnownAt ?? clock.GetUtcNow(), ct);

            IEnumerable<PointDays> Asked(MeteringPointRow point, MeteringPointHistory history) =>
                history.DaysWhere(s => Belongs(s, filter), range).SelectMany(d => PointDays.Of(point, history, d));
        }

        /// <summary>A payer's sum holds the days that it pays for, whatever else is asked.</summary>
        private bool Belongs(MeteringPointState state, Filter filter) =>
            (filter.License is null || state.LicenseNumber == filter.License)
            && (filter.Payer is not { } payer || state.PayerBin == payer.Value)
            && (actor.RowScope == "*" || state.PayerBin == actor.RowScope);
    }

    public static async Task<Results<Reply<Response>, CsvReply<ConsumptionRow>, NdjsonReply<ConsumptionRow>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, Cursors cursors, IMediator mediator, CancellationToken ct)
    {
        var cursor = cursors.For("consumption", filter.Value with { Limit = 0, Cursor = null });
        var after = cursor.Read<DateTimeOffset?>(filter.Value.Cursor);
        if (after.IsFailure) return new Reply<Response>(after.Error);
        var rows = await mediator.Send(new Query(filter.Value), ct);
        if (Accepts.Csv(request)) return new CsvReply<ConsumptionRow>(rows);
        if (Accepts.Ndjson(request)) return new NdjsonReply<ConsumptionRow>(rows);
        return new Reply<Response>(rows.Map(all =>
        {
            var page = ConsumptionPage.Of(all, filter.Value.Limit, after.Value, cursor);
            return new Response(filter.Value.Step, page.Items, all.Sum(r => r.Kwh), page.NextCursor);
        }));
    }

    private const string PointsSql = MeteringPointRow.Select + "WHERE " + MeteringPointRow.VisibleEver + """
           AND (@Region IS NULL OR p.site_region = @Region)
           AND EXISTS (SELECT FROM metering_point_facts e WHERE e.metering_point_id = p.id AND e.effective_from < @To)
           AND (@License IS NULL
             OR EXISTS (SELECT FROM metering_point_facts e WHERE e.metering_point_id = p.id AND e.license_number = @License))
           AND (@Payer IS NULL OR EXISTS (SELECT FROM metering_point_facts e WHERE e.metering_point_id = p.id AND e.payer_bin = @Payer))
        """;
}
