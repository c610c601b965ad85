using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Modules.Licensing.Capacity;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>
/// What an approval brings, by kind: a license of its own, the successor of one that ends, or a new edition of one that goes on.
/// </summary>
internal static class Issuing
{
    /// <summary>What an approval builds on, locked before anything is written.</summary>
    /// <param name="Previous">The license that is renewed or amended, as of the first day of what is issued; null for a new one.</param>
    /// <param name="HostUntil">
    /// The last day of the host, through the renewals that are granted already; no end where there is no host.
    /// </param>
    public sealed record Footing(LicenseRow? Previous, DateOnly HostUntil);

    public static async Task<Result<Footing>> LockFooting(
        this Db db, ApplicationRow application, DateOnly validFrom, LawTables law, DateOnly today, CancellationToken ct)
    {
        LicenseRow? previous = null;
        if (application.Kind is not ApplicationKind.New)
        {
            previous = await db.LockLicense(application.PreviousLicenseNumber!, validFrom, ct);
            if (previous is null) return LicensingErrors.PreviousLicenseUnknown(application.PreviousLicenseNumber);
            if (await db.RefuseSuccession(application, previous, law, today, ct) is { } forbidden) return forbidden;
            if (RefuseFirstDay(application.Kind, previous, validFrom) is { } refusal) return refusal;
        }

        var hostUntil = application.Kind is ApplicationKind.Amendment ? DateOnly.MaxValue : await db.HostUntil(application, validFrom, ct);
        return hostUntil.IsFailure ? hostUntil.Error : new Footing(previous, hostUntil.Value);
    }

    public static async Task<LicenseRow> Issue(
        this Db db, ApplicationRow application, Footing footing, DateOnly validFrom, IReadOnlyList<string> conditions, LawTables law,
        DateTimeOffset now, CancellationToken ct)
    {
        if (application.Kind is ApplicationKind.Amendment) return db.Reissue(footing.Previous!, application, validFrom, conditions, now);
        var license = await db.NewLicense(application, validFrom, footing.HostUntil, conditions, law, now, ct);
        if (footing.Previous is { } previous) db.TakeOver(previous, license, application, now);
        else db.TakeCapacity(license, license.LicensedKw, "Granted", validFrom, now);
        return license;
    }

    private static Error? RefuseFirstDay(ApplicationKind kind, LicenseRow previous, DateOnly validFrom)
    {
        if (kind is ApplicationKind.Renewal)
            return validFrom > previous.ValidTo ? null : LicensingErrors.ValidFromBeforeExpiry(previous.ValidTo.AddDays(1));
        return previous.Term().StatusOn(validFrom) is LicenseStatus.Active or LicenseStatus.Suspended
            ? null
            : LicensingErrors.PreviousLicenseNotActive(previous.Number);
    }

    /// <summary>The successor begins when the license before it has ended, and takes over its capacity and its machines.</summary>
    private static void TakeOver(this Db db, LicenseRow previous, LicenseRow license, ApplicationRow application, DateTimeOffset now)
    {
        db.TakeOverCapacity(license, previous.ValidTo.AddDays(1), CivilTime.DayOf(now), now);
        db.Write(CarryHardwareSql, new
        {
            license.Number,
            Previous = previous.Number,
            From = license.ValidFrom,
            Until = license.HeldUntil(),
            At = now,
            By = application.SubmittedBy,
        });
    }

    /// <summary>Re-issue (Law 193-VII; Law 202-V art. 33): number and term stay, what is licensed changes from a day on.</summary>
    private static LicenseRow Reissue(
        this Db db, LicenseRow previous, ApplicationRow application, DateOnly validFrom, IReadOnlyList<string> conditions,
        DateTimeOffset now)
    {
        var license = previous.With(application, previous.Edition + 1, validFrom, conditions, now) with { Version = previous.Version + 1 };
        db.WriteEdition(license);
        var more = license.LicensedKw - previous.LicensedKw;
        if (more > 0) db.TakeCapacity(license, more, "Raised", validFrom, now);
        if (more < 0) db.ReduceCapacity(license, -more, validFrom, now);
        return license;
    }

    private static async Task<LicenseRow> NewLicense(
        this Db db, ApplicationRow application, DateOnly validFrom, DateOnly hostUntil, IReadOnlyList<string> conditions, LawTables law,
        DateTimeOffset now, CancellationToken ct)
    {
        // The term is a number of years from the first day (Law 193-VII art. 9); nobody is hosted longer than there is a host.
        var lastDay = LicenseTerm.LastDay(validFrom, months: 12 * (int)law.Required("license-term-years", validFrom));
        var series = $"KZ-DM-{application.Subtype}-{CivilTime.DayOf(now).Year}";
        var license = new LicenseRow
        {
            Number = $"{series}-{await db.Next(series, ct):D6}",
            Version = 1,
            Subtype = application.Subtype,
            Bin = application.ApplicantBin,
            Region = application.SiteRegion,
            HostLicenseNumber = application.HostLicenseNumber,
            PreviousLicenseNumber = application.PreviousLicenseNumber,
            ValidFrom = validFrom,
            ValidTo = lastDay < hostUntil ? lastDay : hostUntil,
            IssuedAt = now.UtcDateTime,
        }.With(application, 1, validFrom, conditions, now);
        db.Write(InsertSql, license);
        db.WriteEdition(license);
        return license;
    }

    /// <summary>Locks the host of hosted power and refuses one that is not in force on that day; a subtype I needs no host.</summary>
    private static async Task<Result<DateOnly>> HostUntil(this Db db, ApplicationRow application, DateOnly from, CancellationToken ct)
    {
        if (application.Subtype is Subtype.I) return DateOnly.MaxValue;
        var host = await db.LockLicense(application.HostLicenseNumber!, from, ct);
        return host is null || host.Subtype is Subtype.II || host.Term().StatusOn(from) is not LicenseStatus.Active
            ? LicensingErrors.HostLicenseNotActive(application.HostLicenseNumber)
            : await db.One<DateOnly>(HostUntilSql, new { host.Number }, ct);
    }

    private const string HostUntilSql = """
        WITH RECURSIVE chain AS (
            SELECT number, valid_to FROM licenses WHERE number = @Number
            UNION ALL
            SELECT l.number, l.valid_to FROM licenses l JOIN chain ON l.previous_license_number = chain.number)
        SELECT max(valid_to) FROM chain
        """;

    /// <summary>The new edition begins where the one before it ends.</summary>
    private static void WriteEdition(this Db db, LicenseRow license) => db.Write(EditionSql, license);

    private const string InsertSql = """
        INSERT INTO licenses
            (number, version, subtype, bin, region, host_license_number, previous_license_number, valid_from, valid_to, issued_at)
        VALUES (@Number, @Version, @Subtype, @Bin, @Region, @HostLicenseNumber, @PreviousLicenseNumber, @ValidFrom, @ValidTo, @IssuedAt)
        """;

    // What stood there to the last day; a machine that somebody else registered for the days to come is left to them.
    private const string CarryHardwareSql = """
        INSERT INTO hardware_units (id, license_number, maker, model, serial, hash_rate_ths, power_w, registered_from, registered_until,
            recorded_at, recorded_by)
        SELECT gen_random_uuid(), @Number, u.maker, u.model, u.serial, u.hash_rate_ths, u.power_w, @From, @Until, @At, @By
          FROM hardware_units u JOIN licenses l ON l.number = u.license_number
         WHERE u.license_number = @Previous AND u.registered_from < u.registered_until AND u.registered_until = l.valid_to + 1
         ORDER BY u.maker, u.model, u.serial
        ON CONFLICT DO NOTHING
        """;

    private const string EditionSql = """
        WITH license AS (UPDATE licenses SET version = @Version WHERE number = @Number AND version < @Version),
             before AS (UPDATE license_versions SET effective_until = @EditionFrom WHERE license_number = @Number
             AND version = @Edition - 1)
        INSERT INTO license_versions
            (license_number, version, effective_from, application_id, holder_name, site_name, site_address, licensed_kw,
                                      power_sources, hardware, conditions, issued_at)
        VALUES (@Number, @Edition, @EditionFrom, @ApplicationId, @HolderName, @SiteName, @SiteAddress, @LicensedKw,
                @PowerSources, @Hardware::jsonb, @Conditions, @EditionIssuedAt)
        """;
}
