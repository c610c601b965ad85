using FluentValidation;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Findings;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>What is wrong at any metering point: of a region, of an operator, of one kind; in pages, or all as CSV or NDJSON.</summary>
internal static class ListFindings
{
    /// <param name="Operator">
    /// Who sent most of the days that are stored of these months; else the last day before them; else who registered the point.
    /// </param>
    /// <param name="From">
    /// All findings that touch a month of the range, each as a whole, whatever the range; what goes on over new year, or while the payer
    /// changes, is told apart by year and payer. By itself from the quarter before the current one.
    /// </param>
    /// <param name="To">The day after the last one; by itself until now.</param>
    /// <param name="Open">Only those of which nobody has taken note.</param>
    public sealed record Filter(
        string? Region = null, string? Operator = null, FindingKind? Kind = null, bool? Open = null, DateOnly? From = null,
        DateOnly? To = null,
        int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<FindingView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.From).MustBeRecent();
            RuleFor(q => q.Filter.To).MustBeRecent();
            RuleFor(q => q.Filter.To).GreaterThan(q => q.Filter.From).When(q => q.Filter.From is not null);
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
        }
    }

    public sealed class Handler(JudgedPoints points, Actor actor, Cursors cursors, TimeProvider clock)
        : IQueryHandler<Query, Page<FindingView>>
    {
        public async Task<Result<Page<FindingView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("findings", filter with { Limit = 0, Cursor = null });
            var after = cursor.Read<FindingPlace>(filter.Cursor);
            if (after.IsFailure) return after.Error;
            var found = await Find(points, actor, filter, after.Value ?? FindingPlace.Start, limit + 1, clock.GetUtcNow(), ct);
            return found.Map(f => Page<FindingView>.Of(f, limit, cursor, FindingPlace.Of));
        }
    }

    /// <summary>Goes through the metering points until enough is found.</summary>
    private static async Task<Result<List<FindingView>>> Find(
        JudgedPoints points, Actor actor, Filter filter, FindingPlace after, int enough, DateTimeOffset now, CancellationToken ct)
    {
        var months = FindingRange.Of(filter.From, filter.To, now);
        if (months.IsFailure) return months.Error;
        var found = new List<FindingView>();
        await foreach (var judged in points.Of(months.Value, filter.Region, filter.Operator, after.Code, ct))
        {
            found.AddRange(FindingView.Of(judged, actor).Where(f => f.IsAsked(filter.Kind, filter.Open) && after.IsBefore(f))
                .Take(enough - found.Count));
            if (found.Count == enough) break;
        }

        return found;
    }

    public static async Task<Results<Reply<Page<FindingView>>, CsvReply<FindingView>, NdjsonReply<FindingView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct)
    {
        var (csv, ndjson) = (Accepts.Csv(request), Accepts.Ndjson(request));
        var found = await mediator.Send(new Query(filter.Value, csv || ndjson), ct);
        if (csv) return new CsvReply<FindingView>(found.Map(f => f.Items));
        if (ndjson) return new NdjsonReply<FindingView>(found.Map(f => f.Items));
        return new Reply<Page<FindingView>>(found);
    }
}
