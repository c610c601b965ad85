using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Modules.Licensing.Capacity;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>What an approval brings, by kind: a license of its own, the successor of one that ends, or a new edition of one that goes on.</summary>
internal static class Issuing
{
    public static async Task<Result<LicenseRow>> Issue(
        this Db db, ApplicationRow application, DateOnly validFrom, IReadOnlyList<string> conditions, LawTables law, DateTimeOffset now, CancellationToken ct)
    {
        if (application.Kind is ApplicationKind.New)
        {
            var host = await db.Host(application, validFrom, ct);
            if (host.IsFailure) return host.Error;
            var license = await db.NewLicense(application, validFrom, host.Value.Until, conditions, law, now, ct);
            db.TakeCapacity(license, license.LicensedKw, "Granted", CivilTime.DayOf(now), validFrom, now);
            return license;
        }

        var previous = await db.LockLicense(application.PreviousLicenseNumber!, validFrom, ct);
        if (previous is null) return LicensingErrors.PreviousLicenseUnknown(application.PreviousLicenseNumber);
        if (await db.RefuseSuccession(application, previous, law, CivilTime.DayOf(now), ct) is { } forbidden) return forbidden;
        return application.Kind is ApplicationKind.Renewal
            ? await db.Renew(previous, application, validFrom, conditions, law, now, ct)
            : db.Reissue(previous, application, validFrom, conditions, now);
    }

    /// <summary>The successor begins when the license before it has ended, and takes over its capacity and its machines.</summary>
    private static async Task<Result<LicenseRow>> Renew(
        this Db db, LicenseRow previous, ApplicationRow application, DateOnly validFrom, IReadOnlyList<string> conditions, LawTables law,
        DateTimeOffset now, CancellationToken ct)
    {
        if (validFrom <= previous.ValidTo) return LicensingErrors.ValidFromBeforeExpiry(previous.ValidTo.AddDays(1));
        var host = await db.Host(application, validFrom, ct);
        if (host.IsFailure) return host.Error;
        var license = await db.NewLicense(application, validFrom, host.Value.Until, conditions, law, now, ct);
        db.TakeOverCapacity(license, previous.ValidTo.AddDays(1), CivilTime.DayOf(now), now);
        db.Write(CarryHardwareSql, new
        {
            license.Number,
            Previous = previous.Number,
            From = validFrom,
            Until = license.HeldUntil(),
            At = now,
            By = application.SubmittedBy,
        });
        return license;
    }

    /// <summary>Re-issue (Law 193-VII; Law 202-V art. 33): number and term stay, what is licensed changes from a day on.</summary>
    private static Result<LicenseRow> Reissue(
        this Db db, LicenseRow previous, ApplicationRow application, DateOnly validFrom, IReadOnlyList<string> conditions, DateTimeOffset now)
    {
        if (previous.Term().StatusOn(validFrom) is not (LicenseStatus.Active or LicenseStatus.Suspended))
            return LicensingErrors.PreviousLicenseNotActive(previous.Number);
        var license = previous.With(application, previous.Edition + 1, validFrom, conditions, now) with { Version = previous.Version + 1 };
        db.WriteEdition(license);
        var more = license.LicensedKw - previous.LicensedKw;
        if (more > 0) db.TakeCapacity(license, more, "Raised", CivilTime.DayOf(now), validFrom, now);
        if (more < 0) db.ReduceCapacity(license, -more, validFrom, now);
        return license;
    }

    private static async Task<LicenseRow> NewLicense(
        this Db db, ApplicationRow application, DateOnly validFrom, DateOnly hostUntil, IReadOnlyList<string> conditions, LawTables law,
        DateTimeOffset now, CancellationToken ct)
    {
        // The term is a number of years from the first day (Law 193-VII art. 9); nobody is hosted longer than there is a host.
        var lastDay = validFrom.AddYears((int)law.Required("license-term-years", validFrom)).AddDays(-1);
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
    /// <returns>The last day of the host, through the renewals that are granted already.</returns>
    private static async Task<Result<HostTerm>> Host(this Db db, ApplicationRow application, DateOnly from, CancellationToken ct)
    {
        if (application.Subtype is Subtype.I) return new HostTerm(DateOnly.MaxValue);
        var host = await db.LockLicense(application.HostLicenseNumber!, from, ct);
        return host is null || host.Subtype is Subtype.II || host.Term().StatusOn(from) is not LicenseStatus.Active
            ? LicensingErrors.HostLicenseNotActive(application.HostLicenseNumber)
            : new HostTerm(await db.One<DateOnly>(HostUntilSql, new { host.Number }, ct));
    }

    private readonly record struct HostTerm(DateOnly Until);

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
        INSERT INTO licenses (number, version, subtype, bin, region, host_license_number, previous_license_number, valid_from, valid_to, issued_at)
        VALUES (@Number, @Version, @Subtype, @Bin, @Region, @HostLicenseNumber, @PreviousLicenseNumber, @ValidFrom, @ValidTo, @IssuedAt)
        """;

    // What stood there to the last day; a machine that somebody else registered for the days to come is left to them.
    private const string CarryHardwareSql = """
        INSERT INTO hardware_units (id, license_number, maker, model, serial, hash_rate_ths, power_w, registered_from, registered_until, recorded_at, recorded_by)
        SELECT gen_random_uuid(), @Number, u.maker, u.model, u.serial, u.hash_rate_ths, u.power_w, @From, @Until, @At, @By
          FROM hardware_units u JOIN licenses l ON l.number = u.license_number
         WHERE u.license_number = @Previous AND u.registered_from < u.registered_until AND u.registered_until = l.valid_to + 1
        ON CONFLICT DO NOTHING
        """;

    private const string EditionSql = """
        WITH license AS (UPDATE licenses SET version = @Version WHERE number = @Number AND version < @Version),
             before AS (UPDATE license_versions SET effective_until = @EditionFrom WHERE license_number = @Number AND version = @Edition - 1)
        INSERT INTO license_versions (license_number, version, effective_from, application_id, holder_name, site_name, site_address, licensed_kw,
                                      power_sources, hardware, conditions, issued_at)
        VALUES (@Number, @Edition, @EditionFrom, @ApplicationId, @HolderName, @SiteName, @SiteAddress, @LicensedKw,
                @PowerSources, @Hardware::jsonb, @Conditions, @EditionIssuedAt)
        """;
}
