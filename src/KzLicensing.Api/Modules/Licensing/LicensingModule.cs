using System.Globalization;
using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Modules.Licensing.Capacity;
using KzLicensing.Api.Modules.Licensing.Documents;
using KzLicensing.Api.Modules.Licensing.HardwareRegister;
using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Modules.Licensing.Pools;
using KzLicensing.Api.Platform.Clock;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using Npgsql;

namespace KzLicensing.Api.Modules.Licensing;

/// <summary>From a permit application to a license, within the capacity that the grid has.</summary>
internal static class LicensingModule
{
    /// <summary>Why an application cannot follow on the license that it names.</summary>
    private static readonly string[] Succession =
        ["previous-license-unknown", "previous-license-not-active", "renewal-too-early", "renewal-keeps-capacity", "renewal-open",
            "reissue-keeps-site"];

    /// <summary>Why an application cannot be filed.</summary>
    private static readonly string[] Filing =
        ["region-unknown", "state-fee-missing", "state-fee-too-low", "state-fee-in-future", "state-fee-unknown", "state-fee-used",
            "document-missing",
         .. Succession];

    public static void MapLicensing(this RouteGroupBuilder v1)
    {
        var applications = v1.MapGroup("/permit-applications").WithTags("Licensing");
        applications.MapPost("/", CreateApplication.Endpoint).Rehearses().Needs(Permissions.ApplicationsWrite)
            .Refuses("bin-not-yours", "region-unknown");
        applications.MapGet("/", ListApplications.Endpoint).MayLag().Needs(Permissions.ApplicationsRead).Refuses("cursor-invalid");
        applications.MapGet("/{id:file}", GetApplication.Endpoint).Needs(Permissions.ApplicationsRead).Refuses("application-not-found");
        applications.MapGet("/{id:file}/history", GetApplicationHistory.Endpoint).MayLag().Needs(Permissions.ApplicationsRead)
            .Refuses("application-not-found", "cursor-invalid", "cursor-of-another-history");
        applications.MapGet("/queue", ReviewQueue.Endpoint).MayLag().Needs(Permissions.ApplicationsQueue).Refuses("cursor-invalid");
        applications.MapGet("/figures", ReviewFigures.Endpoint).MayLag().Needs(Permissions.ApplicationsQueue);
        applications.MapPut("/{id:file}", ReplaceApplication.Endpoint).Needs(Permissions.ApplicationsWrite)
            .Refuses("application-not-found", "if-match-required", "stale-version", "invalid-transition", "four-eyes-required",
                "bin-not-yours",
                "region-unknown");
        applications.MapPost("/{id:file}/submit", SubmitApplication.Endpoint).Rehearses().Needs(Permissions.ApplicationsWrite)
            .Refuses(["application-not-found", "stale-version", "invalid-transition", "four-eyes-required", "duplicate-application",
                .. Filing]);
        applications.MapPost("/{id:file}/copy", CopyApplication.Endpoint).Needs(Permissions.ApplicationsWrite)
            .Refuses("application-not-found", "invalid-transition");
        applications.MapPost("/{id:file}/respond", RespondToRequest.Endpoint).Needs(Permissions.ApplicationsWrite)
            .Refuses(["application-not-found", "stale-version", "invalid-transition", "four-eyes-required", "request-expired", .. Filing]);
        applications.MapPost("/{id:file}/withdraw", WithdrawApplication.Endpoint).Needs(Permissions.ApplicationsWrite)
            .Refuses("application-not-found", "stale-version", "invalid-transition");
        applications.MapPost("/{id:file}/start-review", StartReview.Endpoint).Needs(Permissions.ApplicationsReview)
            .Refuses("application-not-found", "stale-version", "invalid-transition", "four-eyes-required");
        applications.MapPost("/{id:file}/assign", AssignApplication.Endpoint).Needs(Permissions.ApplicationsReview)
            .Refuses("application-not-found", "stale-version", "invalid-transition", "four-eyes-required", "assignee-unknown");
        applications.MapPost("/{id:file}/request-information", RequestInformation.Endpoint).Needs(Permissions.ApplicationsReview)
            .Refuses("application-not-found", "stale-version", "invalid-transition", "four-eyes-required", "respond-by-out-of-range");
        applications.MapPost("/{id:file}/recommend", RecommendDecision.Endpoint).Needs(Permissions.ApplicationsReview)
            .Refuses("application-not-found", "stale-version", "invalid-transition", "four-eyes-required", "ground-unknown");
        applications.MapPost("/{id:file}/return", ReturnToReview.Endpoint).Needs(Permissions.ApplicationsApprove)
            .Refuses("application-not-found", "stale-version", "invalid-transition", "four-eyes-required");
        applications.MapPost("/{id:file}/approve", ApproveApplication.Endpoint).Rehearses().Needs(Permissions.ApplicationsApprove)
            .Refuses(["application-not-found", "if-match-required", "stale-version", "invalid-transition", "four-eyes-required",
                "valid-from-in-past",
                "valid-from-too-late", "capacity-exceeded", "host-license-not-active", "host-capacity-exceeded", "license-renewed-already",
                "valid-from-before-expiry", "valid-from-before-edition", .. Succession]);
        applications.MapPost("/{id:file}/refuse", RefuseApplication.Endpoint).Needs(Permissions.ApplicationsApprove)
            .Refuses("application-not-found", "if-match-required", "stale-version", "invalid-transition", "four-eyes-required",
                "ground-unknown");

        applications.MapPost("/{id:file}/documents", UploadDocument.Endpoint).Needs(Permissions.ApplicationsWrite)
            .Refuses("application-not-found", "stale-version", "invalid-transition", "four-eyes-required", "malformed-multipart",
                "document-empty",
                "document-format-unknown", "document-type-mismatch", "unknown-document-type", "document-exists", "too-many-documents");
        applications.MapGet("/{id:file}/documents", ListDocuments.Endpoint).MayLag().Needs(Permissions.ApplicationsRead)
            .Refuses("application-not-found", "cursor-invalid");
        applications.MapGet("/{id:file}/documents/{documentId:guid}", DownloadDocument.Endpoint).Needs(Permissions.ApplicationsRead)
            .Refuses("document-not-found", "document-content-unavailable");

        var licenses = v1.MapGroup("/licenses").WithTags("Licensing");
        licenses.MapGet("/", ListLicenses.Endpoint).MayLag().Needs(Permissions.LicensesRead).Refuses("cursor-invalid");
        licenses.MapGet("/{number}", GetLicense.Endpoint).Needs(Permissions.LicensesRead).Refuses("license-not-found");
        licenses.MapPost("/{number}/suspend", SuspendLicense.Endpoint).Needs(Permissions.LicensesEnforce)
            .Refuses("license-not-found", "stale-version", "invalid-transition", "four-eyes-required", "ground-unknown",
                "suspension-too-short",
                "suspension-too-long", "suspension-overlaps", "outside-license-term");
        licenses.MapPost("/{number}/resume", ResumeLicense.Endpoint).Needs(Permissions.LicensesEnforce)
            .Refuses("license-not-found", "stale-version", "invalid-transition", "four-eyes-required");
        licenses.MapPost("/{number}/revoke", RevokeLicense.Endpoint).Needs(Permissions.LicensesEnforce)
            .Refuses("license-not-found", "if-match-required", "stale-version", "invalid-transition", "four-eyes-required",
                "court-act-in-future",
                "before-court-act", "outside-license-term");
        licenses.MapPost("/{number}/surrender", SurrenderLicense.Endpoint).Needs(Permissions.LicensesSurrender)
            .Refuses("license-not-found", "stale-version", "invalid-transition", "surrender-in-past", "outside-license-term");

        licenses.MapGet("/{number}/hardware", ListHardware.Endpoint).MayLag().Needs(Permissions.HardwareRead)
            .Refuses("license-not-found", "cursor-invalid");
        licenses.MapPost("/{number}/hardware", RegisterHardware.Endpoint).Needs(Permissions.HardwareWrite)
            .Refuses("license-not-found", "license-not-in-force", "hardware-on-another-license", "hardware-registered-later");
        licenses.MapPost("/{number}/hardware/remove", RemoveHardware.Endpoint).Needs(Permissions.HardwareWrite)
            .Refuses("license-not-found", "hardware-not-registered");

        var pools = v1.MapGroup("/pools").WithTags("Licensing");
        pools.MapGet("/", ListPools.Endpoint).MayLag().Public().Refuses("cursor-invalid");
        pools.MapGet("/{id:guid}", GetPool.Endpoint).MayLag().Public().Refuses("pool-not-found");
        pools.MapPost("/", AccreditPool.Endpoint).Needs(Permissions.PoolsWrite).Refuses("pool-exists");
        pools.MapPost("/{id:guid}/revoke", RevokePool.Endpoint).Needs(Permissions.PoolsWrite)
            .Refuses("pool-not-found", "if-match-required", "stale-version", "pool-revoked-already", "outside-accreditation");

        v1.MapGet("/licensing-feed", GetLicensingFeed.Endpoint).MayLag().WithTags("Licensing").Needs(Permissions.LicensingFeedRead)
            .Refuses("cursor-invalid", "cursor-of-another-history");

        var capacity = v1.MapGroup("").WithTags("Licensing");
        capacity.MapGet("/capacity", GetCapacity.Endpoint).Needs(Permissions.CapacityRead);
        capacity.MapGet("/capacity-ceilings", GetCeilings.Endpoint).Needs(Permissions.CapacityRead);
        capacity.MapPut("/capacity-ceilings", ReplaceCeilings.Endpoint).Needs(Permissions.CapacityWrite)
            .Refuses("if-match-required", "stale-version", "ceilings-overlap", "ceiling-below-allocated");
        capacity.MapGet("/capacity/waiting", ListWaiting.Endpoint).MayLag().Needs(Permissions.CapacityRead).Refuses("cursor-invalid");
    }

    public static void AddLicensing(this IServiceCollection services)
    {
        services.AddSingleton(new ConstraintRefusal("permit_applications_one_open_per_site", _ => LicensingErrors.DuplicateApplication()));
        services.AddSingleton(new ConstraintRefusal("permit_applications_one_open_per_license",
            _ => LicensingErrors.DuplicateApplication()));
        services.AddSingleton(new ConstraintRefusal("licenses_are_renewed_once", _ => LicensingErrors.LicenseRenewedAlready()));
        services.AddSingleton(new ConstraintRefusal("license_versions_pkey", _ => LicensingErrors.ValidFromBeforeEdition()));
        services.AddSingleton<IDueJob, LapseUnanswered>();
        services.AddSingleton(new ConstraintRefusal("application_decisions_take_four_eyes", _ => LicensingErrors.FourEyesRequired()));
        services.AddSingleton(new ConstraintRefusal("application_people_take_one_side", _ => LicensingErrors.FourEyesRequired()));
        services.AddSingleton(new ConstraintRefusal("state_fee_receipts_pay_once", _ => LicensingErrors.StateFeeUsed()));
        services.AddSingleton(new ConstraintRefusal("hardware_units_are_on_one_license", _ => HardwareErrors.OnAnotherLicense([])));
        services.AddSingleton(new ConstraintRefusal("pools_are_accredited_once", _ => PoolErrors.Exists()));
        services.AddSingleton(new ConstraintRefusal("capacity_stays_within_ceilings", ExplainCapacity));
        services.AddSingleton(new ConstraintRefusal("capacity_ceilings_do_not_overlap", _ => LicensingErrors.CeilingsOverlap()));
        services.AddSingleton(new ConstraintRefusal("capacity_ceilings_pkey", _ => LicensingErrors.CeilingsOverlap()));
    }

    /// <summary>The trigger reports <c>scope|kW left</c>; the scope of hosted power is its host.</summary>
    private static Error ExplainCapacity(PostgresException violation)
    {
        var parts = violation.MessageText.Split('|');
        var availableMw = long.Parse(parts[1], CultureInfo.InvariantCulture) / 1000m;
        return parts[0].StartsWith("host:", StringComparison.Ordinal)
            ? LicensingErrors.HostCapacityExceeded(availableMw)
            : LicensingErrors.CapacityExceeded(parts[0], availableMw);
    }
}
