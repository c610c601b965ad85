using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Tells what became of a batch of readings, or how far it has come.</summary>
internal static class GetReadingBatch
{
    public sealed record Query(Guid Id) : IQuery<ReadingBatchView>;

    public sealed class Handler(Db db, RunningLoads running) : IQueryHandler<Query, ReadingBatchView>
    {
        public async Task<Result<ReadingBatchView>> Handle(Query query, CancellationToken ct) =>
            (running.Find(query.Id) ?? await db.One<ReadingBatchView>(Sql, new { query.Id }, ct)) is { } batch
                ? batch
                : MeteringErrors.BatchNotFound();
    }

    public static async Task<Reply<ReadingBatchView>> Endpoint(Guid id, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id), ct));

    private const string Sql = $"SELECT {ReadingBatchView.Columns} FROM reading_batches WHERE id = @Id";
}
