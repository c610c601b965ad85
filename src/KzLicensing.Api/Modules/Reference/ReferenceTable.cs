using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>A reference table is read whole: what it says fits on one page.</summary>
internal static class ReferenceTable
{
    /// <param name="sql">Gives every row as JSON.</param>
    public static async Task<Page<T>> Table<T>(this Db db, string sql, CancellationToken ct)
    {
        var rows = await db.Many<string>(sql, new { }, ct);
        return new Page<T>([.. rows.Select(r => JsonSerializer.Deserialize<T>(r, Json.Stored)!)], null);
    }
}
