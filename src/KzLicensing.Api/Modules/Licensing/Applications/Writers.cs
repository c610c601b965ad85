using KzLicensing.Api.Platform.Database;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>Who has written an application takes no part in its review.</summary>
/// <remarks>
/// Who opened, submitted or documented it stands in its rows, and the database takes note by itself; so it does of the ministry's people.
/// </remarks>
internal static class Writers
{
    public static void WriteFor(this Db db, Guid applicationId, string person) =>
        db.Write(AddSql, new { ApplicationId = applicationId, Person = person });

    /// <summary>A copy has been written by the writers of what is copied.</summary>
    public static void CopyWriters(this Db db, Guid from, Guid to) => db.Write(CopySql, new { From = from, To = to });

    private const string AddSql = """
        INSERT INTO application_people (application_id, person, side) VALUES (@ApplicationId, fold_identifier(@Person), 'Applicant')
        ON CONFLICT (application_id, person, side) DO NOTHING
        """;

    private const string CopySql = """
        INSERT INTO application_people (application_id, person, side)
        SELECT @To, person, side FROM application_people WHERE application_id = @From AND side = 'Applicant'
        ON CONFLICT (application_id, person, side) DO NOTHING
        """;
}
