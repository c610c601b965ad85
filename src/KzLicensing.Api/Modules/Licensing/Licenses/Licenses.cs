using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>How every transition of a license begins and ends: lock and check the version, then write what happened.</summary>
internal static class Licenses
{
    /// <summary>The license as of a day, locked until the command ends; null when it is absent or not the caller's.</summary>
    public static async Task<LicenseRow?> LockLicense(this Db db, string number, DateOnly on, CancellationToken ct)
    {
        // Read only after the lock is held: its events belong to another table, and a row lock does not make them fresh.
        return await db.HoldLicense(number, ct) ? await db.One<LicenseRow>(ReadSql, new { Number = number, On = on }, ct) : null;
    }

    /// <summary>Locks the license alone. False when it is absent or not the caller's.</summary>
    /// <remarks>
    /// Everybody locks in one order: the application, the license that it follows, a guest before its host, an older license before its
    /// successor, the number, the capacity, the journal. Others may point to what is held (foreign keys), so they wait for nothing.
    /// </remarks>
    public static async Task<bool> HoldLicense(this Db db, string number, CancellationToken ct) =>
        await db.One<string>(LockSql, new { Number = number }, ct) is not null;

    /// <summary>The same, with the version that the caller saw. Absent and foreign look the same.</summary>
    public static async Task<Result<LicenseRow>> Lock(this Db db, string number, Func<int, Error?> seen, DateOnly on, CancellationToken ct)
    {
        var license = await db.LockLicense(number, on, ct);
        if (license is null) return LicensingErrors.LicenseNotFound(number);
        return seen(license.Version) is { } refusal ? refusal : license;
    }

    /// <summary>Queues an event; the version counts up with it.</summary>
    public static LicenseRow Happen(this Db db, LicenseRow license, LicenseEventView happened, string by)
    {
        db.Write(EventSql, new
        {
            license.Number,
            happened.Kind,
            happened.EffectiveFrom,
            happened.EffectiveUntil,
            happened.Ground,
            happened.Reasons,
            happened.CourtActNumber,
            happened.CourtActOn,
            happened.At,
            By = by,
        });
        return license.With(happened);
    }

    private const string LockSql = """
        SELECT number FROM licenses WHERE number = @Number AND current_setting('registry.row_scope', true) IN ('*', bin) FOR NO KEY UPDATE
        """;

    private const string ReadSql = LicenseRow.Select + "WHERE l.number = @Number";

    private const string EventSql = """
        WITH license AS (UPDATE licenses SET version = version + 1 WHERE number = @Number)
        INSERT INTO license_events
            (license_number, sequence, kind, effective_from, effective_until, ground, reasons, court_act_number, court_act_on, at, by)
        SELECT @Number, coalesce(max(sequence), 0) + 1, @Kind, @EffectiveFrom, @EffectiveUntil, @Ground, @Reasons, @CourtActNumber,
               @CourtActOn, @At, @By
          FROM license_events WHERE license_number = @Number
        """;
}
