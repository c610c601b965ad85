using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Platform.Database;

namespace KzLicensing.Api.Modules.Licensing.Capacity;

/// <summary>Moves capacity: within the ceilings for subtype I, within the host for subtype II (ADR-0011).</summary>
/// <remarks>Every movement has its days; the schema keeps the sums and compares them.</remarks>
internal static class CapacityLedger
{
    /// <summary>
    /// New capacity, for every day on which it is held: each has to fit, so what is promised for later days is not promised twice.
    /// </summary>
    public static void TakeCapacity(this Db db, LicenseRow license, int kw, string reason, DateOnly from, DateTimeOffset at) =>
        db.Write(MoveSql, Movement(license, kw, reason, from, at));

    /// <summary>Capacity that comes free on a day, up to the end of the license.</summary>
    public static void ReduceCapacity(this Db db, LicenseRow license, int kw, DateOnly from, DateTimeOffset at) =>
        db.Write(MoveSql, Movement(license, -kw, "Reduced", from, at));

    /// <summary>
    /// Gives back all that a license holds from a day on, whatever was granted, raised, reduced or reserved, and given back before.
    /// </summary>
    public static void ReleaseCapacity(this Db db, string license, string reason, DateOnly from, DateTimeOffset at) =>
        db.Write(ReleaseSql, new { Number = license, Reason = reason, From = from, At = at });

    /// <summary>What a renewed license held goes on without a gap and without a claim on the ceilings.</summary>
    /// <param name="from">The day after the previous license; the reservation of an open renewal ends where this begins.</param>
    public static void TakeOverCapacity(this Db db, LicenseRow license, DateOnly from, DateOnly today, DateTimeOffset at) =>
        db.Write(MoveSql, Movement(license, license.LicensedKw, "Renewed", from > today ? from : today, at));

    /// <summary>A renewal that is filed in time keeps the capacity of its license from the day after expiry until it is decided.</summary>
    public static void ReserveCapacity(this Db db, string license, DateTimeOffset at) =>
        db.Write(ReserveSql, new { Number = license, At = at });

    public static void ReleaseReservation(this Db db, string license, DateOnly today, DateTimeOffset at) =>
        db.Write(ReleaseReservationSql, new { Number = license, Today = today, At = at });

    private static object Movement(LicenseRow license, int kw, string reason, DateOnly from, DateTimeOffset at) => new
    {
        license.Number,
        license.Region,
        license.HostLicenseNumber,
        Kw = kw,
        Reason = reason,
        From = from,
        Until = license.HeldUntil(),
        At = at,
    };

    private const string MoveSql = """
        INSERT INTO capacity_movements (license_number, region, host_license_number, kw, reason, counts_from, counts_until, at)
        VALUES (@Number, @Region, @HostLicenseNumber, @Kw, @Reason, @From, @Until, @At)
        """;

    private const string ReleaseSql = """
        INSERT INTO capacity_movements (license_number, region, host_license_number, kw, reason, counts_from, counts_until, at)
        SELECT license_number, region, host_license_number, -sum(kw), @Reason, greatest(counts_from, @From), counts_until, @At
          FROM capacity_movements
         WHERE license_number = @Number AND counts_until > @From
         GROUP BY license_number, region, host_license_number, greatest(counts_from, @From), counts_until
        HAVING sum(kw) <> 0
        """;

    private const string ReserveSql = """
        INSERT INTO capacity_movements (license_number, region, host_license_number, kw, reason, counts_from, counts_until, at)
        SELECT l.number, l.region, l.host_license_number, l.licensed_kw, 'Reserved', l.valid_to + 1, 'infinity', @At
          FROM licenses n, licenses_on(n.valid_to) l
         WHERE n.number = @Number AND l.number = n.number
        """;

    private const string ReleaseReservationSql = """
        INSERT INTO capacity_movements (license_number, region, host_license_number, kw, reason, counts_from, counts_until, at)
        SELECT m.license_number, m.region, m.host_license_number, -sum(m.kw), 'Released', greatest(l.valid_to + 1, @Today), 'infinity', @At
          FROM capacity_movements m JOIN licenses l ON l.number = m.license_number
         WHERE m.license_number = @Number AND m.counts_until = 'infinity'
         GROUP BY m.license_number, m.region, m.host_license_number, l.valid_to
        HAVING sum(m.kw) <> 0
        """;
}
