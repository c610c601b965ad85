using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Tells what became of a batch of readings.</summary>
internal static class GetReadingBatch
{
    public sealed record Query(Guid Id) : IQuery<Response>;

    public sealed record Response
    {
        public Guid BatchId { get; init; }
        public string Mode { get; init; } = "";
        public long Received { get; init; }
        public long Accepted { get; init; }
        public long Unchanged { get; init; }
        public long Superseded { get; init; }
        public long Rejected { get; init; }
        public long Ignored { get; init; }
        public DateTime ReceivedAt { get; init; }
        public string ReceivedBy { get; init; } = "";
    }

    public sealed class Handler(Db db) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct) =>
            await db.One<Response>(Sql, new { query.Id }, ct) is { } batch ? batch : MeteringErrors.BatchNotFound();
    }

    public static async Task<Reply<Response>> Endpoint(Guid id, IMediator mediator, CancellationToken ct) => new(await mediator.Send(new Query(id), ct));

    private const string Sql = """
        SELECT id AS batch_id, mode, received, accepted, unchanged, superseded, rejected, ignored, received_at, received_by FROM reading_batches WHERE id = @Id
        """;
}
