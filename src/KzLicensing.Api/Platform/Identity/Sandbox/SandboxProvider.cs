using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace KzLicensing.Api.Platform.Identity.Sandbox;

/// <summary>An OpenID Connect provider inside the program, for Development only: personas instead of people, one shared secret.</summary>
internal static class SandboxProvider
{
    public const string TokenPath = "/connect/token", Secret = "sandbox";

    public static void AddSandboxProvider(this IServiceCollection services, IdentityOptions options, string? directory)
    {
        var key = new Lazy<RsaSecurityKey>(() => SandboxKey.Of(directory));
        // A fresh key takes a while to find: it is looked for while the rest of the program starts. A kept one that is none stops the
        // start.
        if (directory is null) ThreadPool.QueueUserWorkItem(_ => key.Value.Rsa.ExportParameters(false));
        else _ = key.Value;
        services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode();
            server.AllowClientCredentialsFlow();
            server.SetTokenEndpointUris(TokenPath);
            server.SetAccessTokenLifetime(TimeSpan.FromHours(1));
            // Tokens are not encrypted; OpenIddict asks for a key all the same.
            server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
            server.DisableAccessTokenEncryption();
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            // Tokens live in real time, whatever the registry's clock says.
            server.Configure(o =>
            {
                o.TimeProvider = TimeProvider.System;
                o.SigningCredentials.Add(new SigningCredentials(key.Value, SecurityAlgorithms.RsaSha256));
            });
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(Check));
            server.AddEventHandler<HandleTokenRequestContext>(handler =>
                handler.UseInlineHandler(context => SignIn(context, options.Audience)));
        });
        services.AddSingleton<IAuthenticationSchemeProvider, OnItsOwnPaths>();
        services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, jwt => TrustOwnKey(jwt, key.Value));
    }

    /// <summary>
    /// The provider would look at every request of the registry to see whether it is meant: a tenth of what a read costs.
    /// </summary>
    private sealed class OnItsOwnPaths(IOptions<AuthenticationOptions> options, IHttpContextAccessor http)
        : AuthenticationSchemeProvider(options)
    {
        public override Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync() =>
            http.HttpContext!.Request.Path is var path && (path.StartsWithSegments("/connect") || path.StartsWithSegments("/.well-known"))
                ? base.GetRequestHandlerSchemesAsync()
                : Task.FromResult<IEnumerable<AuthenticationScheme>>([]);
    }

    private static ValueTask Check(ValidateTokenRequestContext context)
    {
        if (Persona.Of(context.ClientId) is null || context.ClientSecret != Secret)
            context.Reject(Errors.InvalidClient,
                "The sandbox knows personas such as officer-1 or applicant-970740000838, with the secret 'sandbox'.");
        return ValueTask.CompletedTask;
    }

    private static ValueTask SignIn(HandleTokenRequestContext context, string audience)
    {
        var persona = Persona.Of(context.ClientId)!;
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Subject, "roles");
        identity.SetClaim(Claims.Subject, persona.Id).SetClaim(Claims.Name, persona.Name).SetClaim("bin", persona.Bin);
        // Given as claims, a list of one would be written as text.
        identity.AddClaim(new Claim("roles", JsonSerializer.Serialize<string[]>([persona.Role]), JsonClaimValueTypes.JsonArray));
        identity.SetAudiences(audience);
        identity.SetDestinations(_ => [Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// The provider is this process: its key is taken as it is, and its issuer is whatever local address the client used.
    /// </summary>
    private static void TrustOwnKey(JwtBearerOptions jwt, SecurityKey key)
    {
        jwt.Configuration = new OpenIdConnectConfiguration { SigningKeys = { key } };
        jwt.TokenValidationParameters.IssuerValidator = (issuer, _, _) =>
            Uri.TryCreate(issuer, UriKind.Absolute, out _)
                ? issuer
                : throw new SecurityTokenInvalidIssuerException("The issuer is not a URL.");
    }
}
