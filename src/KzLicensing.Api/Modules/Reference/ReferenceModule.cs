using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>The law, the calendar and the places as dated rows with their source.</summary>
internal static class ReferenceModule
{
    public static void MapReference(this RouteGroupBuilder v1)
    {
        var reference = v1.MapGroup("/reference").WithTags("Reference");
        reference.MapGet("/base-rates", GetBaseRates.Endpoint).Needs(Permissions.ReferenceRead);
        reference.MapGet("/document-types", GetDocumentTypes.Endpoint).Needs(Permissions.ReferenceRead);
        reference.MapGet("/fee-deadlines", GetFeeDeadlines.Endpoint).Needs(Permissions.ReferenceRead);
        reference.MapGet("/grounds", GetGrounds.Endpoint).Needs(Permissions.ReferenceRead);
        reference.MapGet("/holidays", GetHolidays.Endpoint).Needs(Permissions.ReferenceRead);
        reference.MapGet("/legal-parameters", GetLegalParameters.Endpoint).Needs(Permissions.ReferenceRead);
        reference.MapGet("/mci", GetMci.Endpoint).Needs(Permissions.ReferenceRead);
        reference.MapGet("/regions", GetRegions.Endpoint).Needs(Permissions.ReferenceRead);
        reference.MapGet("/{table}", GetReference.Endpoint).Needs(Permissions.ReferenceRead).Refuses("reference-not-found")
            .ExcludeFromDescription();
    }
}
