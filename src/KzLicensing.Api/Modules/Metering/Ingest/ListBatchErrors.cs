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

    public sealed record Query(Guid Id, Filter Filter) : IQuery<Page<LineProblem>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Cursors cursors) : IQueryHandler<Query, Page<LineProblem>>
    {
        public async Task<Result<Page<LineProblem>>> Handle(Query query, CancellationToken ct)
        {
            var cursor = cursors.For("reading-batch-errors", query.Id);
            var after = cursor.Read<int>(query.Filter.Cursor);
            if (after.IsFailure) return after.Error;
            var errors = await Read(db, query.Id, after.Value, query.Filter.Limit + 1, ct);
            // Errors are numbered from 1 without gaps.
            return errors.Map(e => Page<LineProblem>.Of(e, query.Filter.Limit, cursor, _ => after.Value + query.Filter.Limit));
        }
    }

    public sealed record CsvQuery(Guid Id) : IQuery<IReadOnlyList<LineProblem>>;

    public sealed class CsvHandler(Db db) : IQueryHandler<CsvQuery, IReadOnlyList<LineProblem>>
    {
        public async Task<Result<IReadOnlyList<LineProblem>>> Handle(CsvQuery query, CancellationToken ct) =>
            (await Read(db, query.Id, 0, ReadingsFile.MaxErrors, ct)).Map<IReadOnlyList<LineProblem>>(e => e);
    }

    public static async Task<Results<Reply<Page<LineProblem>>, CsvReply<LineProblem>>> Endpoint(
        Guid id, QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Accepts.Csv(request)
            ? new CsvReply<LineProblem>(await mediator.Send(new CsvQuery(id), ct))
            : new Reply<Page<LineProblem>>(await mediator.Send(new Query(id, filter.Value), ct));

    private static async Task<Result<List<LineProblem>>> Read(Db db, Guid id, int after, int take, CancellationToken ct)
    {
        if (await db.One<bool>(ExistsSql, new { Id = id }, ct) is false) return MeteringErrors.BatchNotFound();
        var rows = await db.Many<Row>(Sql, new { Id = id, After = after, Take = take }, ct);
        return rows.ConvertAll(r => LineProblem.Of(new LineError(r.Line, r.Code)));
    }

    private sealed record Row
    {
        public long Line { get; init; }
        public string Code { get; init; } = "";
    }

    private const string ExistsSql = "SELECT EXISTS (SELECT FROM reading_batches WHERE id = @Id)";

    private const string Sql = "SELECT line, code FROM reading_batch_errors WHERE batch_id = @Id AND number > @After ORDER BY number LIMIT @Take";
}
