using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>How an application begins.</summary>
internal static class Drafts
{
    public static async Task<ApplicationRow> OpenDraft(this Db db, ApplicationBody body, string by, DateTimeOffset now,
        CancellationToken ct)
    {
        var year = CivilTime.DayOf(now).Year;
        var sequence = await db.Next($"A-{year}", ct);
        var row = new ApplicationRow().With(body) with
        {
            Id = Guid.CreateVersion7(now),
            Number = $"A-{year}-{sequence:D6}",
            Version = 1,
            Status = ApplicationStatus.Draft,
            CreatedAt = now.UtcDateTime,
            CreatedBy = by,
        };
        db.Write(InsertSql, row);
        return row;
    }

    private const string InsertSql = """
        INSERT INTO permit_applications (
            id, number, version, status, kind, subtype, applicant_bin, applicant_name, contact_email, contact_phone, site_name, site_region,
            site_address, site_latitude, site_longitude, site_grid_connection, host_license_number, requested_kw, power_sources,
            planned_investment_kzt, planned_jobs, hardware, state_fee_paid_on, state_fee_amount_kzt, state_fee_reference,
            previous_license_number, created_at, created_by)
        VALUES (
            @Id, @Number, @Version, @Status, @Kind, @Subtype, @ApplicantBin, @ApplicantName, @ContactEmail, @ContactPhone, @SiteName,
            @SiteRegion,
            @SiteAddress, @SiteLatitude, @SiteLongitude, @SiteGridConnection, @HostLicenseNumber, @RequestedKw, @PowerSources,
            @PlannedInvestmentKzt, @PlannedJobs, @Hardware::jsonb, @StateFeePaidOn, @StateFeeAmountKzt, @StateFeeReference,
            @PreviousLicenseNumber, @CreatedAt, @CreatedBy)
        """;
}
