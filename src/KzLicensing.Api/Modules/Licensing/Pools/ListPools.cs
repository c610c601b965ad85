using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.Pools;

/// <summary>Anybody lists the pools and what their accreditation is worth on a day; as CSV the whole register.</summary>
internal static class ListPools
{
    /// <param name="Q">A part of the name, in any spelling.</param>
    public sealed record Filter(DateOnly? AsOf = null, string? Q = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All pools rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<PoolView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.Q).MaximumLength(100);
        }
    }

    public sealed class Handler(Db db, Cursors cursors, TimeProvider clock) : IQueryHandler<Query, Page<PoolView>>
    {
        public async Task<Result<Page<PoolView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var on = filter.AsOf ?? CivilTime.DayOf(clock.GetUtcNow());
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("pools", filter.AsOf, filter.Q);
            var after = cursor.Read<Guid?>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var rows = await db.Many<PoolView>(Sql, new { After = after.Value, Sought.Of(filter.Q).Name, Take = limit + 1 }, ct);
            return Page<PoolView>.Of(rows.ConvertAll(p => p.On(on)), limit, cursor, p => p.Id);
        }
    }

    public static Task<Results<Reply<Page<PoolView>>, CsvReply<PoolView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private const string Sql = PoolView.Select + """
         WHERE (@After IS NULL OR p.id > @After) AND (@Name IS NULL OR fold_name(p.name) LIKE name_pattern(@Name))
         ORDER BY p.id
         LIMIT @Take
        """;
}
