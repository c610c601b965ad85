using System.Globalization;
using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Lists the lines of a batch that were not taken, with the reason of each.</summary>
internal static class ListBatchErrors
{
    public sealed record Filter(int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Guid Id, Filter Filter) : IQuery<Page<LineProblem>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<LineProblem>>
    {
        public async Task<Result<Page<LineProblem>>> Handle(Query query, CancellationToken ct)
        {
            var bound = Cursor.Filter("reading-batch-errors", query.Id);
            var after = Cursor.Read(query.Filter.Cursor, bound);
            if (after.IsFailure) return after.Error;
            if (await db.One<bool>(ExistsSql, new { query.Id }, ct) is false) return MeteringErrors.BatchNotFound();

            var rows = await db.Many<Row>(Sql, new
            {
                query.Id,
                After = long.Parse(after.Value ?? "0", CultureInfo.InvariantCulture),
                Take = query.Filter.Limit + 1,
            }, ct);
            return Page<LineProblem>.Of([.. rows.Select(r => LineProblem.Of(new LineError(r.Line, r.Code)))], query.Filter.Limit, bound, e => $"{e.Line}");
        }
    }

    public static async Task<Reply<Page<LineProblem>>> Endpoint(Guid id, QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id, filter.Value), ct));

    private sealed record Row
    {
        public long Line { get; init; }
        public string Code { get; init; } = "";
    }

    private const string ExistsSql = "SELECT EXISTS (SELECT FROM reading_batches WHERE id = @Id)";

    private const string Sql = "SELECT line, code FROM reading_batch_errors WHERE batch_id = @Id AND line > @After ORDER BY line LIMIT @Take";
}
