using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Lists the batches that the caller has loaded, the newest first.</summary>
internal static class ListReadingBatches
{
    public sealed record Filter(int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<ReadingBatchView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Cursors cursors, Actor actor) : IQueryHandler<Query, Page<ReadingBatchView>>
    {
        public async Task<Result<Page<ReadingBatchView>>> Handle(Query query, CancellationToken ct)
        {
            var limit = query.Whole ? Cursor.NoLimit : query.Filter.Limit;
            var cursor = cursors.For("reading-batches", actor.Id);
            var before = cursor.Read<Guid?>(query.Filter.Cursor);
            if (before.IsFailure) return before.Error;
            var rows = await db.Many<ReadingBatchView>(Sql, new { By = actor.Id, Last = before.Value, Take = limit + 1 }, ct);
            return Page<ReadingBatchView>.Of(rows, limit, cursor, b => b.BatchId);
        }
    }

    public static Task<Results<Reply<Page<ReadingBatchView>>, CsvReply<ReadingBatchView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private const string Sql = $"""
        SELECT {ReadingBatchView.Columns}
          FROM reading_batches
         WHERE received_by = @By AND (@Last IS NULL OR sequence < (SELECT sequence FROM reading_batches WHERE id = @Last))
         ORDER BY sequence DESC
         LIMIT @Take
        """;
}
