using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>Answers from the validated tokens, and lets JwtBearer do the work for all others.</summary>
internal sealed class CachedBearer(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder,
    IOptionsMonitor<JwtBearerOptions> bearer, ValidatedTokens validated, RefusedTokens refused)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "CachedBearer";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.Count > 1) return AuthenticateResult.Fail("More than one Authorization header.");
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();

        var token = header[Prefix.Length..].Trim();
        var authority = await Discover();
        if (validated.Find(token, authority) is { } known) return AuthenticateResult.Success(known);
        var result = await Context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (result.Succeeded) validated.Keep(token, result.Ticket, authority);
        if (result.Failure is { } failure) refused.Note(TokenRules.Explain(failure), Context.Connection.RemoteIpAddress);
        return result;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Context.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme, properties);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Context.ForbidAsync(JwtBearerDefaults.AuthenticationScheme, properties);

    /// <summary>What the authority last said about itself and its keys; a network call only when that is missing or old.</summary>
    private async Task<OpenIdConnectConfiguration> Discover()
    {
        try
        {
            var manager = bearer.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!;
            return await manager.GetConfigurationAsync(Context.RequestAborted);
        }
        catch (InvalidOperationException unreachable)
        {
            throw new AuthorityUnavailableException(unreachable);
        }
    }
}

/// <summary>Nobody can tell whether a token is good: the authority has not answered since the start.</summary>
internal sealed class AuthorityUnavailableException(Exception inner) : Exception("The OpenID Connect authority does not answer.", inner);
