using KzLicensing.Api.Platform.Database;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>How a use case takes hold of a license.</summary>
internal static class Licenses
{
    /// <summary>The license as of a day, locked until the command ends; null when it is absent or not the caller's.</summary>
    public static async Task<LicenseRow?> LockLicense(this Db db, string number, DateOnly on, CancellationToken ct)
    {
        // Read only after the lock is held: its events belong to another table, and a row lock does not make them fresh.
        var locked = await db.One<string>(LockSql, new { Number = number }, ct);
        return locked is null ? null : await db.One<LicenseRow>(ReadSql, new { Number = number, On = on }, ct);
    }

    private const string LockSql = """
        SELECT number FROM licenses WHERE number = @Number AND current_setting('registry.row_scope', true) IN ('*', bin) FOR UPDATE
        """;

    private const string ReadSql = LicenseRow.Select + "WHERE l.number = @Number";
}
