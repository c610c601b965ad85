using System.Globalization;
using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Modules.Licensing.Capacity;
using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using Npgsql;

namespace KzLicensing.Api.Modules.Licensing;

/// <summary>From a permit application to a license, within the capacity that the grid has.</summary>
internal static class LicensingModule
{
    public static void MapLicensing(this RouteGroupBuilder v1)
    {
        var applications = v1.MapGroup("/permit-applications").WithTags("Licensing");
        applications.MapPost("/", CreateApplication.Endpoint).Needs(Permissions.ApplicationsWrite).Refuses("bin-not-yours", "region-unknown");
        applications.MapGet("/", ListApplications.Endpoint).Needs(Permissions.ApplicationsRead).Refuses("cursor-invalid");
        applications.MapGet("/{id:guid}", GetApplication.Endpoint).Needs(Permissions.ApplicationsRead).Refuses("application-not-found");
        applications.MapGet("/{id:guid}/history", GetApplicationHistory.Endpoint).Needs(Permissions.ApplicationsRead).Refuses("application-not-found");
        applications.MapPut("/{id:guid}", ReplaceApplication.Endpoint).Needs(Permissions.ApplicationsWrite)
            .Refuses("application-not-found", "if-match-required", "stale-version", "invalid-transition", "bin-not-yours", "region-unknown");
        applications.MapPost("/{id:guid}/submit", SubmitApplication.Endpoint).Needs(Permissions.ApplicationsWrite)
            .Refuses("application-not-found", "stale-version", "invalid-transition", "region-unknown", "duplicate-application",
                "state-fee-missing", "state-fee-too-low", "state-fee-in-future", "state-fee-unknown");
        applications.MapPost("/{id:guid}/withdraw", WithdrawApplication.Endpoint).Needs(Permissions.ApplicationsWrite)
            .Refuses("application-not-found", "stale-version", "invalid-transition");
        applications.MapPost("/{id:guid}/start-review", StartReview.Endpoint).Needs(Permissions.ApplicationsReview)
            .Refuses("application-not-found", "stale-version", "invalid-transition");
        applications.MapPost("/{id:guid}/recommend", RecommendDecision.Endpoint).Needs(Permissions.ApplicationsReview)
            .Refuses("application-not-found", "stale-version", "invalid-transition", "four-eyes-required", "ground-unknown");
        applications.MapPost("/{id:guid}/return", ReturnToReview.Endpoint).Needs(Permissions.ApplicationsApprove)
            .Refuses("application-not-found", "stale-version", "invalid-transition");
        applications.MapPost("/{id:guid}/approve", ApproveApplication.Endpoint).Needs(Permissions.ApplicationsApprove)
            .Refuses("application-not-found", "if-match-required", "stale-version", "invalid-transition", "four-eyes-required", "valid-from-in-past", "valid-from-too-late",
                "capacity-exceeded", "host-license-not-active", "host-capacity-exceeded");
        applications.MapPost("/{id:guid}/refuse", RefuseApplication.Endpoint).Needs(Permissions.ApplicationsApprove)
            .Refuses("application-not-found", "if-match-required", "stale-version", "invalid-transition", "four-eyes-required", "ground-unknown");

        var licenses = v1.MapGroup("/licenses").WithTags("Licensing");
        licenses.MapGet("/", ListLicenses.Endpoint).Needs(Permissions.LicensesRead).Refuses("cursor-invalid");
        licenses.MapGet("/{number}", GetLicense.Endpoint).Needs(Permissions.LicensesRead).Refuses("license-not-found");

        var capacity = v1.MapGroup("").WithTags("Licensing");
        capacity.MapGet("/capacity", GetCapacity.Endpoint).Needs(Permissions.CapacityRead);
        capacity.MapGet("/capacity-ceilings", GetCeilings.Endpoint).Needs(Permissions.CapacityRead);
        capacity.MapPut("/capacity-ceilings", ReplaceCeilings.Endpoint).Needs(Permissions.CapacityWrite)
            .Refuses("if-match-required", "stale-version", "ceilings-overlap");
    }

    public static void AddLicensing(this IServiceCollection services)
    {
        services.AddSingleton(new ConstraintRefusal("permit_applications_one_open_per_site", _ => LicensingErrors.DuplicateApplication()));
        services.AddSingleton(new ConstraintRefusal("application_decisions_take_four_eyes", _ => LicensingErrors.FourEyesRequired()));
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
