using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A license is found by its number in any spelling, in every path that names one.</summary>
internal static class LicenseNumbers
{
    public static void UseLicenseNumbers(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request.RouteValues.TryGetValue("number", out var typed))
            http.Request.RouteValues["number"] = LicenseNumber.Of((string)typed!);
        return next(http);
    });
}
