using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>
/// What has to be uploaded before an application is filed: rows of the law, none of them verified and so none of them required yet.
/// </summary>
internal static class RequiredDocuments
{
    public static async Task<Error?> RefuseMissingDocuments(this Db db, Guid applicationId, DateOnly today, CancellationToken ct)
    {
        var missing = await db.Many<string>(MissingSql, new { ApplicationId = applicationId, Today = today }, ct);
        return missing.Count > 0 ? DocumentErrors.Missing(missing) : null;
    }

    private const string MissingSql = """
        SELECT t.code
          FROM document_types t
         WHERE t.required_on_submit AND t.effective_from <= @Today AND @Today <= coalesce(t.effective_to, 'infinity')
           AND NOT EXISTS (SELECT FROM application_documents d WHERE d.application_id = @ApplicationId AND d.type = t.code)
         ORDER BY t.code
        """;
}
