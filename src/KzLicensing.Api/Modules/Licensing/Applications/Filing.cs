using KzLicensing.Api.Modules.Licensing.Documents;
using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>What an application must be to be filed, and to come back to the ministry after an answer.</summary>
internal static class Filing
{
    public static async Task<Error?> RefuseFiling(this Db db, ApplicationRow row, LawTables law, DateOnly today, CancellationToken ct)
    {
        if (law.Region(row.SiteRegion, today) is null) return LicensingErrors.RegionUnknown(row.SiteRegion, today);
        if (CheckFee(row, law, today) is { } fee) return fee;
        if (await db.RefuseMissingDocuments(row.Id, today, ct) is { } missing) return missing;
        if (row.HostLicenseNumber is { } host && !await db.One<bool>(HostSql, new { Host = host, Today = today }, ct))
            return LicensingErrors.HostLicenseNotActive(host);
        if (row.Kind is ApplicationKind.New) return null;
        var previous = await db.LockLicense(row.PreviousLicenseNumber!, today, ct);
        return previous is null || previous.Bin != row.ApplicantBin
            ? LicensingErrors.PreviousLicenseUnknown(row.PreviousLicenseNumber)
            : await db.RefuseSuccession(row, previous, law, today, ct);
    }

    /// <summary>Whether the application may follow on this license, by the rules of its kind.</summary>
    public static async Task<Error?> RefuseSuccession(this Db db, ApplicationRow row, LicenseRow previous, LawTables law, DateOnly today,
        CancellationToken ct)
    {
        var snapshot = previous.Snapshot() with { Host = await db.Place(previous.HostLicenseNumber, ct) };
        var host = await db.Place(row.HostLicenseNumber, ct);
        if (row.Kind is ApplicationKind.Renewal)
        {
            // Filed in time, a renewal is decided by the license's last day, however long the review took.
            var day = row.SubmittedAt is null || today <= previous.ValidTo ? today : previous.ValidTo;
            var opens = (int)law.Required("renewal-opens-days-before-expiry", day);
            return Succession.RefuseRenewal(snapshot, row.Subtype, row.SiteRegion, host, row.RequestedKw, day, opens);
        }

        if (Succession.RefuseAmendment(snapshot, row.Subtype, row.SiteRegion, host, today) is { } refusal) return refusal;
        return row.RequestedKw != previous.LicensedKw && await db.One<bool>(RenewalOpenSql, new { previous.Number }, ct)
            ? LicensingErrors.RenewalOpen(previous.Number)
            : null;
    }

    /// <summary>A host that was renewed is the same place under another number.</summary>
    private static Task<string?> Place(this Db db, string? license, CancellationToken ct) =>
        license is null ? Task.FromResult<string?>(null) : db.One<string>(PlaceSql, new { License = license }, ct);

    /// <summary>The fee of the payment day: in full for a license, a dated share of it for a re-issue.</summary>
    private static Error? CheckFee(ApplicationRow row, LawTables law, DateOnly today)
    {
        var paidOn = row.StateFeePaidOn ?? today;
        var multiple = law.Parameter($"state-fee-mci-subtype-{row.Subtype.ToString().ToLowerInvariant()}", paidOn);
        if (row.Kind is ApplicationKind.Amendment) multiple *= law.Parameter("state-fee-reissue-percent", paidOn) / 100;
        return StateFee.Check(row.StateFeePaidOn, row.StateFeeAmountKzt, today, multiple, law.Mci(paidOn));
    }

    // A suspended host may be back by the decision.
    private const string HostSql = """
        SELECT EXISTS (SELECT FROM licenses
                        WHERE number = @Host AND subtype = 'I'
                          AND license_status(number, valid_from, valid_to, @Today) IN ('Pending', 'Active', 'Suspended'))
        """;

    private const string PlaceSql = "SELECT license_root(@License)";

    private const string RenewalOpenSql = $"""
        SELECT EXISTS (SELECT FROM permit_applications a
                        WHERE {ApplicationRow.Visible} AND previous_license_number = @Number AND kind = 'Renewal'
                          AND status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended'))
        """;
}
