using FluentValidation;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using KzLicensing.Domain.Findings;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>
/// Whether an operator's data for a quarter is complete: hours that are due and missing, purchases that are due and missing, open findings.
/// </summary>
internal static class GetCompleteness
{
    /// <param name="Operator">
    /// Who sent most of the days that are stored of the quarter; else the last day before it; else who registered the point.
    /// By itself the caller if it may send any, else all operators.
    /// </param>
    public sealed record Filter(Quarter Period, string? Operator = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Filter Filter) : IQuery<Response>;

    /// <param name="Complete">Every reading and every purchase that is due by now is here, or its absence is acknowledged.</param>
    /// <param name="OpenFindings">By kind; kinds without any are left out.</param>
    public sealed record Response(
        Quarter Period, string? Operator, bool Complete, int Points, int CompletePoints, long ExpectedHours, long MeasuredHours,
        long EstimatedHours,
        long MissingHours, int MonthsWithoutPurchases, IReadOnlyDictionary<FindingKind, int> OpenFindings, IReadOnlyList<Item> Items,
        string? NextCursor);

    /// <param name="ExpectedHours">Hours of a working meter for which a reading is due by now.</param>
    [SchemaName("PointCompleteness")]
    public sealed record Item(
        string MeteringPoint, string Region, bool Complete, int ExpectedHours, int MeasuredHours, int EstimatedHours, int MissingHours,
        IReadOnlyList<string> MonthsWithoutPurchases, IReadOnlyDictionary<FindingKind, int> OpenFindings);

    /// <summary>An item as a line of a spreadsheet.</summary>
    public sealed record Line(
        string MeteringPoint, string Region, bool Complete, int ExpectedHours, int MeasuredHours, int EstimatedHours, int MissingHours,
        string MonthsWithoutPurchases, int Gap, int OverCapacity, int FlatZero, int LoadWhileSuspended, int LoadWithoutLicense,
        int LicenseWithoutLoad,
        int TooMuchEstimated, int PurchasesMismatch);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed record WholeQuery(Filter Filter) : IQuery<IReadOnlyList<Line>>;

    public sealed class Handler(JudgedPoints points, Cursors cursors, Actor actor) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var cursor = cursors.For("completeness", filter with { Limit = 0, Cursor = null });
            var after = cursor.Read<string>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var (@operator, all) = (OperatorOf(filter, actor), await Items(points, filter, actor, ct));
            // The database has put the codes in order: the cursor is found, not compared.
            var rest = after.Value is null ? all : all.SkipWhile(i => i.MeteringPoint != after.Value).Skip(1);
            var page = Page<Item>.Of([.. rest.Take(filter.Limit + 1)], filter.Limit, cursor, i => i.MeteringPoint);
            return new Response(
                filter.Period, @operator, all.TrueForAll(i => i.Complete), all.Count, all.Count(i => i.Complete),
                all.Sum(i => (long)i.ExpectedHours),
                all.Sum(i => (long)i.MeasuredHours), all.Sum(i => (long)i.EstimatedHours), all.Sum(i => (long)i.MissingHours),
                all.Sum(i => i.MonthsWithoutPurchases.Count), Sum(all.SelectMany(i => i.OpenFindings)), page.Items, page.NextCursor);
        }
    }

    public sealed class WholeHandler(JudgedPoints points, Actor actor) : IQueryHandler<WholeQuery, IReadOnlyList<Line>>
    {
        public async Task<Result<IReadOnlyList<Line>>> Handle(WholeQuery query, CancellationToken ct) =>
            (await Items(points, query.Filter, actor, ct)).ConvertAll(ToLine);
    }

    public static async Task<Results<Reply<Response>, CsvReply<Line>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Accepts.Csv(request)
            ? new CsvReply<Line>(await mediator.Send(new WholeQuery(filter.Value), ct))
            : new Reply<Response>(await mediator.Send(new Query(filter.Value), ct));

    /// <summary>Who sends readings asks for its own metering points.</summary>
    private static string? OperatorOf(Filter filter, Actor actor) =>
        filter.Operator ?? (actor.Roles.Any(r => Permissions.Grants(r, Permissions.ReadingsWrite)) ? actor.Id : null);

    private static async Task<List<Item>> Items(JudgedPoints points, Filter filter, Actor actor, CancellationToken ct)
    {
        var items = new List<Item>();
        var months = new DayRange(filter.Period.From, filter.Period.To);
        await foreach (var judged in points.Of(months, null, OperatorOf(filter, actor), "", ct)) items.Add(ToItem(judged));
        return items;
    }

    private static Item ToItem(JudgedPoint judged)
    {
        var known = judged.Completeness;
        var open = Sum(judged.Findings.Where(f => f.Acknowledged is null).Select(f => KeyValuePair.Create(f.Kind, 1)));
        var complete = !open.ContainsKey(FindingKind.Gap) && known.MonthsWithoutPurchases.Count == 0;
        return new Item(
            judged.Point.Code, judged.Point.SiteRegion, complete, known.ExpectedHours, known.MeasuredHours, known.EstimatedHours,
            known.MissingHours,
            [.. known.MonthsWithoutPurchases.Select(m => $"{m:yyyy-MM}")], open);
    }

    private static Line ToLine(Item item)
    {
        int Open(FindingKind kind) => item.OpenFindings.GetValueOrDefault(kind);
        return new Line(
            item.MeteringPoint, item.Region, item.Complete, item.ExpectedHours, item.MeasuredHours, item.EstimatedHours, item.MissingHours,
            string.Join("; ", item.MonthsWithoutPurchases), Open(FindingKind.Gap), Open(FindingKind.OverCapacity),
            Open(FindingKind.FlatZero),
            Open(FindingKind.LoadWhileSuspended), Open(FindingKind.LoadWithoutLicense), Open(FindingKind.LicenseWithoutLoad),
            Open(FindingKind.TooMuchEstimated), Open(FindingKind.PurchasesMismatch));
    }

    private static SortedDictionary<FindingKind, int> Sum(IEnumerable<KeyValuePair<FindingKind, int>> counts) =>
        new(counts.GroupBy(c => c.Key, c => c.Value).ToDictionary(c => c.Key, c => c.Sum()));
}
