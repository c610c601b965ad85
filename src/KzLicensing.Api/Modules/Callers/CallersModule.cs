using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Callers;

/// <summary>Who one is here, and what one may.</summary>
internal static class CallersModule
{
    public static void MapCallers(this RouteGroupBuilder v1) =>
        v1.MapGet("/me", GetMe.Endpoint).Needs(Permissions.MeRead).WithTags("Callers");
}
