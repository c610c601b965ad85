using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Tariffs;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Tariffs;

/// <summary>Lists the editions of tariffs.</summary>
internal static class ListTariffs
{
    public sealed record Filter(
        Instrument? Instrument = null, TariffStatus? Status = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<TariffView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Cursors cursors) : IQueryHandler<Query, Page<TariffView>>
    {
        public async Task<Result<Page<TariffView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("tariffs", filter.Instrument, filter.Status);
            var after = cursor.Read<string>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var rows =
                await db.Many<TariffRow>(Sql, new { filter.Instrument, filter.Status, After = after.Value ?? "", Take = limit + 1 }, ct);
            return Page<TariffView>.Of([.. rows.Select(r => r.ToView())], limit, cursor, t => t.Code);
        }
    }

    public static Task<Results<Reply<Page<TariffView>>, CsvReply<TariffView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private const string Sql = TariffRow.Select + """
         WHERE t.code > @After
           AND (@Instrument IS NULL OR t.instrument = @Instrument)
           AND (@Status IS NULL OR t.status = @Status)
         ORDER BY t.code
         LIMIT @Take
        """;
}
