using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>Lists recorded purchases in the order in which they came, those that were withdrawn too.</summary>
internal static class ListPurchases
{
    public sealed record Filter(string? MeteringPoint = null, string? Month = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<PurchaseView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.Month).Matches(Patterns.Month).WithCode("month-malformed");
        }
    }

    public sealed class Handler(Db db, Actor actor, Cursors cursors) : IQueryHandler<Query, Page<PurchaseView>>
    {
        public async Task<Result<Page<PurchaseView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("purchases", filter.MeteringPoint, filter.Month);
            var after = cursor.Read<Guid?>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var rows = await db.Many<PurchaseView>(Sql, new
            {
                filter.MeteringPoint,
                filter.Month,
                After = after.Value,
                Take = limit + 1,
            }, ct);
            return Page<PurchaseView>.Of(rows.ConvertAll(p => p.For(actor)), limit, cursor, p => p.Id);
        }
    }

    public static Task<Results<Reply<Page<PurchaseView>>, CsvReply<PurchaseView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private const string Sql = PurchaseView.Select + "WHERE " + PurchaseView.Visible + """
           AND (@After IS NULL OR b.id > @After)
           AND (@MeteringPoint IS NULL OR p.code = @MeteringPoint)
           AND (@Month IS NULL OR to_char(b.month, 'YYYY-MM') = @Month)
         ORDER BY b.id
         LIMIT @Take
        """;
}
