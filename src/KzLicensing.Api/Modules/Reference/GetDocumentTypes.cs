using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>Types of documents that belong to an application, by date.</summary>
internal static class GetDocumentTypes
{
    public sealed record Query : IQuery<Page<DocumentType>>;

    /// <param name="RequiredOnSubmit">Without it an application is not submitted.</param>
    public sealed record DocumentType(
        string Code, Localized Title, bool RequiredOnSubmit, string LegalBasis, string Confidence, DateOnly EffectiveFrom,
        DateOnly? EffectiveTo);

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<DocumentType>>
    {
        public async Task<Result<Page<DocumentType>>> Handle(Query query, CancellationToken ct) => await db.Table<DocumentType>(Sql, ct);
    }

    public static async Task<Reply<Page<DocumentType>>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));

    private const string Sql = """
        SELECT json_build_object('code', code, 'title', json_build_object('en', title_en, 'ru', title_ru, 'kk', title_kk),
                                 'requiredOnSubmit', required_on_submit, 'legalBasis', legal_basis, 'confidence', confidence,
                                 'effectiveFrom', effective_from, 'effectiveTo', effective_to)::text
          FROM document_types ORDER BY code, effective_from
        """;
}
