using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Lists the lines of a batch that were not taken, with the reason of each: in pages, or all in one CSV.</summary>
internal static class ListBatchErrors
{
    public sealed record Filter(int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Guid Id, Filter Filter, bool Whole = false) : IQuery<Page<LineProblem>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Cursors cursors) : IQueryHandler<Query, Page<LineProblem>>
    {
        public async Task<Result<Page<LineProblem>>> Handle(Query query, CancellationToken ct)
        {
            var limit = query.Whole ? Cursor.NoLimit : query.Filter.Limit;
            var cursor = cursors.For("reading-batch-errors", query.Id);
            var after = cursor.Read<int>(query.Filter.Cursor);
            if (after.IsFailure) return after.Error;
            if (await db.One<bool>(ExistsSql, new { query.Id }, ct) is false) return MeteringErrors.BatchNotFound();
            var rows = await db.Many<Row>(Sql, new { query.Id, After = after.Value, Take = limit + 1 }, ct);
            // Errors are numbered from 1 without gaps.
            return Page<LineProblem>.Of(rows.ConvertAll(r => LineProblem.Of(new LineError(r.Line, r.Code))), limit, cursor,
                _ => after.Value + limit);
        }
    }

    public static Task<Results<Reply<Page<LineProblem>>, CsvReply<LineProblem>>> Endpoint(
        Guid id, QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(id, filter.Value, whole), ct));

    private sealed record Row
    {
        public long Line { get; init; }
        public string Code { get; init; } = "";
    }

    private const string ExistsSql = "SELECT EXISTS (SELECT FROM reading_batches WHERE id = @Id)";

    private const string Sql =
        "SELECT line, code FROM reading_batch_errors WHERE batch_id = @Id AND number > @After ORDER BY number LIMIT @Take";
}
