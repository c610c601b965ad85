using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>What a token must be beyond signature, issuer, audience and lifetime.</summary>
internal static class TokenRules
{
    private const int MaxLength = 8 * 1024;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    public static TokenValidationParameters Parameters(IdentityOptions options) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
        ValidTypes = ["at+jwt", "JWT"],
        ValidIssuer = options.Authority,
        ValidAudience = options.Audience,
        ClockSkew = Skew,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        RequireAudience = true,
        TryAllIssuerSigningKeys = false,
        NameClaimType = "sub",
        RoleClaimType = "roles",
    };

    /// <summary>Null when the token is acceptable; else why it is not.</summary>
    /// <param name="now">Real time: tokens do not follow a moved clock.</param>
    public static string? Refuse(JsonWebToken token, TimeSpan maxLifetime, DateTimeOffset now)
    {
        if (token.EncodedToken.Length > MaxLength) return "The token is too long.";
        if (Malformed(token.EncodedHeader) || Malformed(token.EncodedPayload)) return "A member occurs twice.";
        if (token.TryGetHeaderValue<object>("crit", out _)) return "Critical extensions are not understood.";
        if (string.IsNullOrWhiteSpace(token.Subject)) return "The token names nobody.";
        if (!token.TryGetPayloadValue<long>("iat", out var seconds)) return "The token does not say when it was issued.";
        var issued = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, 253_402_300_799));
        if (issued > now + Skew) return "The token comes from the future.";
        return token.ValidTo - issued > maxLifetime ? "The token lives too long." : null;
    }

    private static bool Malformed(string encoded)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(encoded), NoDuplicates);
            return document.RootElement.ValueKind != JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return true;
        }
    }
}
