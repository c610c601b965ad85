using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing;

/// <summary>Coded grounds of decisions are reference data with dates.</summary>
internal static class Grounds
{
    /// <summary>Refuses the first code that is not a ground for this decision on this day.</summary>
    public static async Task<Error?> UnknownGround(this Db db, string decision, IReadOnlyList<string> codes, DateOnly on,
        CancellationToken ct)
    {
        if (codes.Count == 0) return null;
        var unknown = await db.One<string>(UnknownSql, new { Decision = decision, Codes = codes.ToArray(), On = on }, ct);
        return unknown is null ? null : LicensingErrors.GroundUnknown(unknown);
    }

    private const string UnknownSql = """
        SELECT code FROM unnest(@Codes) AS code
         WHERE NOT EXISTS (SELECT FROM grounds g
                            WHERE g.code = code.code AND g.decision = @Decision
                              AND g.effective_from <= @On AND (g.effective_to IS NULL OR g.effective_to >= @On))
         LIMIT 1
        """;
}
