using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>What is wrong with readings when facts, licenses, purchases and tariffs are held against them.</summary>
internal static class FindingsModule
{
    public static void MapFindings(this RouteGroupBuilder v1)
    {
        var findings = v1.MapGroup("").WithTags("Findings");
        findings.MapGet("/findings", ListFindings.Endpoint).Needs(Permissions.FindingsRead).Refuses("cursor-invalid", "range-too-long");
        findings.MapGet("/metering-points/{code}/findings", GetFindings.Endpoint).Needs(Permissions.FindingsRead)
            .Refuses("metering-point-not-found", "cursor-invalid", "range-too-long");
        findings.MapPost("/metering-points/{code}/findings/acknowledge", AcknowledgeFinding.Endpoint).Needs(Permissions.FindingsAcknowledge)
            .Refuses("metering-point-not-found", "finding-in-future", "finding-not-found", "four-eyes-required", "range-too-long");
        findings.MapGet("/metering/completeness", GetCompleteness.Endpoint).Needs(Permissions.CompletenessRead).Refuses("cursor-invalid");
    }

    public static void AddFindings(this IServiceCollection services) => services.AddScoped<JudgedPoints>();
}
