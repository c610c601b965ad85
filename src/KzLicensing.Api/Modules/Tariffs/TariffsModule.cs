using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;

namespace KzLicensing.Api.Modules.Tariffs;

/// <summary>What a kilowatt-hour of mining costs, by date.</summary>
internal static class TariffsModule
{
    public static void MapTariffs(this RouteGroupBuilder v1)
    {
        var tariffs = v1.MapGroup("/tariffs").WithTags("Tariffs");
        tariffs.MapGet("/", ListTariffs.Endpoint).MayLag().Needs(Permissions.TariffsRead).Refuses("cursor-invalid");
        tariffs.MapGet("/applicable", GetApplicableTariff.Endpoint).Needs(Permissions.TariffsRead).Refuses("tariff-not-found");
        tariffs.MapGet("/{id:guid}", GetTariff.Endpoint).Needs(Permissions.TariffsRead).Refuses("tariff-not-found");
    }
}
