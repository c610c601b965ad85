using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Points;

/// <summary>Lists metering points by code, each as it is on a day; points that begin later are left out.</summary>
internal static class ListMeteringPoints
{
    /// <param name="Payer">Whoever pays on that day.</param>
    public sealed record Filter(string? Region = null, Bin? Payer = null, DateOnly? AsOf = null, int Limit = Cursor.DefaultLimit,
        string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<MeteringPointView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Cursors cursors, TimeProvider clock) : IQueryHandler<Query, Page<MeteringPointView>>
    {
        public async Task<Result<Page<MeteringPointView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var on = filter.AsOf ?? CivilTime.DayOf(clock.GetUtcNow());
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("metering-points", filter.Region, filter.Payer, filter.AsOf);
            var after = cursor.Read<string>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var rows = await db.Many<MeteringPointRow>(Sql,
                new { filter.Region, Payer = filter.Payer?.Value, On = on, After = after.Value ?? "", Take = limit + 1 }, ct);
            return Page<MeteringPointView>.Of([.. rows.Select(r => r.ToView(on).Value!)], limit, cursor, p => p.Code);
        }
    }

    public static Task<Results<Reply<Page<MeteringPointView>>, CsvReply<MeteringPointView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private const string Sql = MeteringPointRow.Select + "WHERE " + MeteringPointRow.VisibleOn + """
           AND p.code > @After
           AND (@Region IS NULL OR p.site_region = @Region)
           AND EXISTS (SELECT FROM metering_point_facts e WHERE e.metering_point_id = p.id AND e.effective_from <= @On)
           AND (@Payer IS NULL OR payer_of(p.id, @On) = @Payer)
         ORDER BY p.code
         LIMIT @Take
        """;
}
