using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Platform.Database;

namespace KzLicensing.Api.Modules.Licensing.Capacity;

/// <summary>Moves capacity: within the ceilings for subtype I, within the host for subtype II. Every movement has its days; the schema keeps the sums.</summary>
internal static class CapacityLedger
{
    /// <summary>New capacity. It counts from the decision on, also when its first day comes later: what is promised is not promised twice.</summary>
    public static void TakeCapacity(this Db db, LicenseRow license, int kw, string reason, DateOnly decidedOn, DateOnly startsOn, DateTimeOffset at) =>
        db.Write(MoveSql, Movement(license, kw, reason, decidedOn, license.ValidTo.AddDays(1), startsOn, at));

    /// <summary>Capacity that comes free on a day, up to the end of the license.</summary>
    public static void ReduceCapacity(this Db db, LicenseRow license, int kw, DateOnly from, DateTimeOffset at) =>
        db.Write(MoveSql, Movement(license, -kw, "Reduced", from, license.ValidTo.AddDays(1), null, at));

    /// <summary>Gives back all that a license holds from a day on, whatever was granted, raised, reduced or reserved.</summary>
    public static void ReleaseCapacity(this Db db, string license, string reason, DateOnly from, DateTimeOffset at) =>
        db.Write(ReleaseSql, new { Number = license, Reason = reason, From = from, At = at });

    private static object Movement(LicenseRow license, int kw, string reason, DateOnly from, DateOnly until, DateOnly? startsOn, DateTimeOffset at) => new
    {
        license.Number,
        license.Region,
        license.HostLicenseNumber,
        Kw = kw,
        Reason = reason,
        From = from,
        Until = until,
        StartsOn = startsOn,
        At = at,
    };

    private const string MoveSql = """
        INSERT INTO capacity_movements (license_number, region, host_license_number, kw, reason, counts_from, counts_until, starts_on, at)
        VALUES (@Number, @Region, @HostLicenseNumber, @Kw, @Reason, @From, @Until, @StartsOn, @At)
        """;

    private const string ReleaseSql = """
        INSERT INTO capacity_movements (license_number, region, host_license_number, kw, reason, counts_from, counts_until, at)
        SELECT license_number, region, host_license_number, -sum(kw), @Reason, greatest(counts_from, @From), counts_until, @At
          FROM capacity_movements
         WHERE license_number = @Number AND counts_until > @From
         GROUP BY license_number, region, host_license_number, greatest(counts_from, @From), counts_until
        HAVING sum(kw) <> 0
        """;
}
