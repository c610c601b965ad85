using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>Sends a document's content to who may read its application, as a file to save and never as a page to open.</summary>
internal static class DownloadDocument
{
    public sealed record Query(Guid ApplicationId, Guid DocumentId) : IQuery<Row>;

    public sealed record Row
    {
        public string Name { get; init; } = "";
        public string ContentType { get; init; } = "";
        public long SizeBytes { get; init; }
        public byte[] Sha256 { get; init; } = [];
        public Keeper KeptIn { get; init; }
    }

    public sealed class Handler(Db db) : IQueryHandler<Query, Row>
    {
        public async Task<Result<Row>> Handle(Query query, CancellationToken ct)
        {
            var row = await db.One<Row>(Sql, query, ct);
            return row is null ? DocumentErrors.NotFound() : row;
        }
    }

    public static async Task<DocumentReply> Endpoint(FileId id, Guid documentId, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id, documentId), ct));

    private const string Sql = $"""
        SELECT d.name, d.content_type, d.size_bytes, d.sha256, d.kept_in
          FROM application_documents d
          JOIN permit_applications a ON a.id = d.application_id
         WHERE d.id = @DocumentId AND d.application_id = @ApplicationId AND {ApplicationRow.Visible}
        """;
}
