using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>Writes a license and its first version, and takes its capacity.</summary>
internal static class Issuing
{
    /// <summary>Locks the host of hosted power and refuses one that does not hold on that day; a subtype I needs no host.</summary>
    public static async Task<Error?> RefuseHost(this Db db, ApplicationRow application, DateOnly from, CancellationToken ct)
    {
        if (application.Subtype is Subtype.I) return null;
        var host = await db.LockLicense(application.HostLicenseNumber!, from, ct);
        return host is null || host.Subtype is Subtype.II || host.Term().StatusOn(from) is not LicenseStatus.Active
            ? LicensingErrors.HostLicenseNotActive(application.HostLicenseNumber)
            : null;
    }

    /// <summary>The license as of a day, locked until the command ends; null when it is absent or not the caller's.</summary>
    public static async Task<LicenseRow?> LockLicense(this Db db, string number, DateOnly on, CancellationToken ct)
    {
        // Read only after the lock is held: its events belong to other tables, and a row lock does not make them fresh.
        var locked = await db.One<string>(LockSql, new { Number = number }, ct);
        return locked is null ? null : await db.One<LicenseRow>(ReadSql, new { Number = number, On = on }, ct);
    }

    public static void IssueLicense(this Db db, LicenseRow license)
    {
        db.Write(InsertSql, license);
        db.WriteEdition(license);
    }

    /// <summary>The new edition begins where the one before it ends.</summary>
    public static void WriteEdition(this Db db, LicenseRow license) => db.Write(EditionSql, license);

    private const string LockSql = "SELECT number FROM licenses WHERE number = @Number AND current_setting('registry.row_scope', true) IN ('*', bin) FOR UPDATE";

    private const string ReadSql = LicenseRow.Select + "WHERE l.number = @Number";

    private const string InsertSql = """
        INSERT INTO licenses (number, version, subtype, bin, region, host_license_number, previous_license_number, valid_from, valid_to, issued_at)
        VALUES (@Number, @Version, @Subtype, @Bin, @Region, @HostLicenseNumber, @PreviousLicenseNumber, @ValidFrom, @ValidTo, @IssuedAt)
        """;

    private const string EditionSql = """
        WITH before AS (
            UPDATE license_versions SET effective_until = @EditionFrom WHERE license_number = @Number AND version = @Edition - 1)
        INSERT INTO license_versions (license_number, version, effective_from, application_id, holder_name, site_name, site_address, licensed_kw,
                                      power_sources, hardware, conditions, issued_at)
        VALUES (@Number, @Edition, @EditionFrom, @ApplicationId, @HolderName, @SiteName, @SiteAddress, @LicensedKw,
                @PowerSources, @Hardware::jsonb, @Conditions, @EditionIssuedAt)
        """;
}
