using FluentValidation;
using KzLicensing.Api.Modules.Metering;
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

/// <summary>What is wrong at a metering point, as merged ranges with kWh and KZT at stake; computed anew, so always current.</summary>
internal static class GetFindings
{
    /// <param name="From">
    /// All findings that touch a month of the range, each as a whole, whatever the range; what goes on over new year, or while the payer
    /// changes, is told apart by year and payer. By itself from the quarter before the current one.
    /// </param>
    /// <param name="To">The day after the last one; by itself until now.</param>
    /// <param name="Open">Only those of which nobody has taken note.</param>
    public sealed record Filter(
        DateOnly? From = null, DateOnly? To = null, FindingKind? Kind = null, bool? Open = null, int Limit = Cursor.DefaultLimit,
        string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(string Code, Filter Filter, bool Whole = false) : IQuery<Page<FindingView>>;

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

    public sealed class Handler(Db db, Actor actor, Cursors cursors, LawBook lawBook, TimeProvider clock)
        : IQueryHandler<Query, Page<FindingView>>
    {
        public async Task<Result<Page<FindingView>>> Handle(Query query, CancellationToken ct)
        {
            var (filter, law, now) = (query.Filter, await lawBook.Open(ct), clock.GetUtcNow());
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("findings-of-a-point", query.Code, filter.From, filter.To, filter.Kind, filter.Open);
            var after = cursor.Read<FindingPlace>(filter.Cursor);
            if (after.IsFailure) return after.Error;
            var months = FindingRange.Of(filter.From, filter.To, now);
            if (months.IsFailure) return months.Error;
            var point = await db.One<MeteringPointRow>(PointSql, new { query.Code }, ct);
            if (point is null) return MeteringErrors.PointNotFound();
            if (!IsVisible(point, months.Value)) return MeteringErrors.PointNotFound();

            var judged = await db.Judge([point], months.Value, actor.RowScope, law, now, ct);
            var place = after.Value ?? FindingPlace.Start;
            var asked = FindingView.Of(judged[0], actor).Where(f => f.IsAsked(filter.Kind, filter.Open) && place.IsBefore(f));
            return Page<FindingView>.Of([.. asked.Take(limit + 1)], limit, cursor, FindingPlace.Of);
        }

        private bool IsVisible(MeteringPointRow point, DayRange months) =>
            actor.RowScope == "*" || point.ToDomain().DaysWhere(s => s.PayerBin == actor.RowScope, months).Any();
    }

    public static Task<Results<Reply<Page<FindingView>>, CsvReply<FindingView>>> Endpoint(
        string code, QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(code, filter.Value, whole), ct));

    private const string PointSql = MeteringPointRow.Select + "WHERE p.code = @Code AND " + MeteringPointRow.VisibleEver;
}
