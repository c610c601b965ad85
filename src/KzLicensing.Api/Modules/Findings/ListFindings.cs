using FluentValidation;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Findings;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>What is wrong at any metering point: of a region, of an operator, of one kind; in pages, or all as CSV or NDJSON.</summary>
internal static class ListFindings
{
    /// <summary>Metering points that are judged at once: a page is mostly found in the first of them.</summary>
    private const int ChunkSize = 250;

    /// <param name="Region">KATO prefix.</param>
    /// <param name="Operator">Who sends the metering point's readings; before any has come, who registered it.</param>
    /// <param name="From">Findings are judged by whole months; by itself from the quarter before the current one.</param>
    /// <param name="To">The day after the last one; by itself until now.</param>
    /// <param name="Open">Only those of which nobody has taken note.</param>
    public sealed record Filter(
        string? Region = null, string? Operator = null, FindingKind? Kind = null, bool? Open = null, DateOnly? From = null, DateOnly? To = null,
        int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Filter Filter) : IQuery<Page<FindingView>>;

    /// <summary>The whole list.</summary>
    public sealed record WholeQuery(Filter Filter) : IQuery<IReadOnlyList<FindingView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.From).MustBeRecent();
            RuleFor(q => q.Filter.To).MustBeRecent().GreaterThan(q => q.Filter.From);
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
        }
    }

    public sealed class WholeValidator : AbstractValidator<WholeQuery>
    {
        public WholeValidator()
        {
            RuleFor(q => q.Filter.From).MustBeRecent();
            RuleFor(q => q.Filter.To).MustBeRecent().GreaterThan(q => q.Filter.From);
        }
    }

    public sealed class Handler(Search search) : IQueryHandler<Query, Page<FindingView>>
    {
        public async Task<Result<Page<FindingView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var bound = Cursor.Filter("findings", filter with { Limit = 0, Cursor = null });
            var after = Cursor.Read(filter.Cursor, bound);
            if (after.IsFailure) return after.Error;
            var found = await search.Find(filter, FindingPlace.Read(after.Value), filter.Limit + 1, ct);
            return found.Map(f => Page<FindingView>.Of(f, filter.Limit, bound, v => FindingPlace.Of(v).ToString()));
        }
    }

    public sealed class WholeHandler(Search search) : IQueryHandler<WholeQuery, IReadOnlyList<FindingView>>
    {
        public async Task<Result<IReadOnlyList<FindingView>>> Handle(WholeQuery query, CancellationToken ct) =>
            (await search.Find(query.Filter, FindingPlace.Read(null), int.MaxValue, ct)).Map<IReadOnlyList<FindingView>>(f => f);
    }

    /// <summary>Goes through the metering points in the order of their codes until enough is found.</summary>
    public sealed class Search(Db db, Actor actor, LawBook lawBook, TimeProvider clock)
    {
        public async Task<Result<List<FindingView>>> Find(Filter filter, FindingPlace after, int enough, CancellationToken ct)
        {
            var (law, now) = (await lawBook.Open(ct), clock.GetUtcNow());
            var months = FindingRange.Of(filter.From, filter.To, now);
            if (months.IsFailure) return months.Error;

            var found = new List<FindingView>();
            for (string? from = after.Code, exclude = null; from is not null && found.Count < enough;)
            {
                var points = await db.Many<MeteringPointRow>(PointsSql, new
                {
                    From = from,
                    Exclude = exclude,
                    filter.Region,
                    filter.Operator,
                    FirstDay = months.Value.From,
                    months.Value.To,
                    Take = ChunkSize,
                }, ct);
                var judged = await db.Judge(points, months.Value, actor.RowScope, law, now, ct);
                var asked = judged.SelectMany(FindingView.Of).Where(f => f.IsAsked(filter.Kind, filter.Open) && after.IsBefore(f));
                found.AddRange(asked.Take(enough - found.Count));
                from = exclude = points.Count < ChunkSize ? null : points[^1].Code;
            }

            return found;
        }
    }

    public static async Task<Results<Reply<Page<FindingView>>, CsvReply<FindingView>, NdjsonReply<FindingView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct)
    {
        if (Accepts.Csv(request)) return new CsvReply<FindingView>(await mediator.Send(new WholeQuery(filter.Value), ct));
        if (Accepts.Ndjson(request)) return new NdjsonReply<FindingView>(await mediator.Send(new WholeQuery(filter.Value), ct));
        return new Reply<Page<FindingView>>(await mediator.Send(new Query(filter.Value), ct));
    }

    private const string PointsSql = MeteringPointRow.Select + "WHERE (@Operator IS NULL OR " + PointOperator.Sql + """
             = @Operator)
           AND p.code >= @From AND (@Exclude IS NULL OR p.code > @Exclude)
           AND (@Region IS NULL OR p.site_region = @Region)
           AND EXISTS (SELECT FROM metering_point_facts e WHERE e.metering_point_id = p.id AND e.effective_from < @To)
         ORDER BY p.code
         LIMIT @Take
        """;
}
