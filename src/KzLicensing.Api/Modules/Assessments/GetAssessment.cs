using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using MediatR;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>Reads an assessment as it was rendered at its last change; drafts only for staff.</summary>
internal static class GetAssessment
{
    public sealed record Query(Guid Id) : IQuery<StoredJson>;

    public sealed class Handler(Db db) : IQueryHandler<Query, StoredJson>
    {
        public async Task<Result<StoredJson>> Handle(Query query, CancellationToken ct) =>
            await db.One<Row>(Sql, new { query.Id }, ct) is { } row
                ? new StoredJson(row.Doc, row.Revision)
                : AssessmentErrors.AssessmentNotFound();
    }

    public static async Task<Reply<StoredJson>> Endpoint(FileId id, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id), ct));

    private sealed record Row
    {
        public string Doc { get; init; } = "";
        public int Revision { get; init; }
    }

    private const string Sql = """
        (SELECT doc, revision FROM assessment_revisions WHERE assessment_id = @Id
                AND current_setting('registry.row_scope', true) IN ('*', payer_bin) ORDER BY revision DESC LIMIT 1)
        UNION ALL
        SELECT doc, revision FROM assessment_drafts WHERE id = @Id AND current_setting('registry.row_scope', true) = '*'
        LIMIT 1
        """;
}
