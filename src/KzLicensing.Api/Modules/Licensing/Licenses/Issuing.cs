using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>Writes a license and takes its capacity: from the ceilings (subtype I) or from its host (subtype II).</summary>
internal static class Issuing
{
    /// <summary>Locks the host and refuses what it cannot hold; a subtype I needs no host.</summary>
    public static async Task<Error?> RefuseHost(this Db db, ApplicationRow application, DateOnly from, CancellationToken ct)
    {
        if (application.Subtype is Subtype.I) return null;
        var host = await db.One<LicenseRow>(LockHostSql, new { application.HostLicenseNumber }, ct);
        if (host is null || host.Subtype is Subtype.II || host.Term().StatusOn(from) is not LicenseStatus.Active)
            return LicensingErrors.HostLicenseNotActive(application.HostLicenseNumber);

        var hostedKw = await db.One<long>(HostedSql, new { Host = host.Number, From = from }, ct);
        var freeKw = host.LicensedKw - hostedKw;
        return application.RequestedKw > freeKw ? LicensingErrors.HostCapacityExceeded(Math.Max(freeKw, 0) / 1000m) : null;
    }

    public static void IssueLicense(this Db db, LicenseRow license)
    {
        db.Write(InsertSql, license);
        if (license.Subtype is Subtype.II) return;
        db.Write(GrantSql, new
        {
            Id = Guid.CreateVersion7(license.IssuedAt),
            license.Number,
            license.Region,
            Kw = license.LicensedKw,
            On = license.ValidFrom,
            At = license.IssuedAt,
        });
    }

    private const string LockHostSql = LicenseRow.Select + "WHERE l.number = @HostLicenseNumber FOR UPDATE OF l";

    private const string HostedSql = """
        SELECT coalesce(sum(l.licensed_kw), 0)
          FROM licenses l
         WHERE l.host_license_number = @Host AND l.valid_to >= @From
           AND NOT EXISTS (SELECT FROM license_events e
                            WHERE e.license_number = l.number AND e.kind IN ('Revoked', 'Surrendered') AND e.effective_from <= @From)
        """;

    private const string InsertSql = """
        INSERT INTO licenses (number, version, application_id, subtype, bin, holder_name, region, site_name, site_address, licensed_kw,
                              host_license_number, power_sources, conditions, valid_from, valid_to, issued_at)
        VALUES (@Number, @Version, @ApplicationId, @Subtype, @Bin, @HolderName, @Region, @SiteName, @SiteAddress, @LicensedKw,
                @HostLicenseNumber, @PowerSources, @Conditions, @ValidFrom, @ValidTo, @IssuedAt)
        """;

    private const string GrantSql = """
        INSERT INTO capacity_movements (id, license_number, region, kw, reason, on_day, at)
        VALUES (@Id, @Number, @Region, @Kw, 'Granted', @On, @At)
        """;
}
