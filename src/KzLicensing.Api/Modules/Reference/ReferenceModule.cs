using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>The law, the calendar and the places as dated rows with their source.</summary>
internal static class ReferenceModule
{
    public static void MapReference(this RouteGroupBuilder v1) =>
        v1.MapGet("/reference/{table}", GetReference.Endpoint).Needs(Permissions.ReferenceRead).Refuses("reference-not-found").WithTags("Reference");
}
