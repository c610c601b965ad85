using KzLicensing.Api.Modules.Register.Certificates;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Modules.Register;

/// <summary>What anybody may know about a license; no personal data, no token.</summary>
internal static class RegisterModule
{
    public static void MapRegister(this RouteGroupBuilder v1)
    {
        var register = v1.MapGroup("/register").WithTags("Register");
        register.MapGet("/licenses", SearchRegister.Endpoint).MayLag().Public().Refuses("cursor-invalid");
        register.MapGet("/licenses/{number}", GetRegisteredLicense.Endpoint).MayLag().Public().Refuses("license-not-found");
        register.MapGet("/licenses/{number}/certificate", GetCertificate.Endpoint).Public().Refuses("license-not-found");
        register.MapGet("/keys", GetKeys.Endpoint).Public();
        register.MapGet("/status-list", GetStatusList.Endpoint).Public();
    }

    public static void AddRegister(this WebApplicationBuilder builder)
    {
        var options = builder.Read(RegisterOptions.Read);
        if (options.SigningKey is null && builder.Configuration["Postgres:DataDirectory"] is { } directory)
            options = options with { SigningKey = RegisterKeys.Local(directory) };
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new RegisterKeys(options)).AddSingleton<RecentTokens>().AddSingleton<RecentPages>();
    }
}
