using System.Text.Json;
using KzLicensing.Domain;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>What a token must be beyond signature, issuer, audience and lifetime.</summary>
internal static class TokenRules
{
    /// <summary>In characters; longer ones are refused unread.</summary>
    public const int MaxLength = 8 * 1024;

    // OpenID Connect Core, section 2, sets the limit for sub.
    private const int MaxNameLength = 255;

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
        if (token.EncodedToken.Contains('=', StringComparison.Ordinal)) return "The token is padded.";
        if (Read(token.EncodedHeader) is not { } header || Read(token.EncodedPayload) is not { } claims) return "A member occurs twice.";
        if (header.TryGetProperty("crit", out _)) return "Critical extensions are not understood.";
        return RefuseLifetime(claims, token.ValidTo, maxLifetime, now) ?? RefuseIdentity(claims);
    }

    private static string? RefuseLifetime(JsonElement claims, DateTimeOffset expires, TimeSpan maxLifetime, DateTimeOffset now)
    {
        if (!claims.TryGetProperty("iat", out var iat) || iat.ValueKind != JsonValueKind.Number || !iat.TryGetInt64(out var seconds))
            return "The token does not say when it was issued.";
        if (seconds > (now + Skew).ToUnixTimeSeconds()) return "The token comes from the future.";
        return expires.ToUnixTimeSeconds() - maxLifetime.TotalSeconds > seconds ? "The token lives too long." : null;
    }

    private static string? RefuseIdentity(JsonElement claims)
    {
        if (!claims.TryGetProperty("sub", out var subject) || !IsLine(subject)) return "The token names nobody.";
        if (Actor.IsReserved(subject.GetString()!)) return "The token takes a name of the registry's own.";
        if (claims.TryGetProperty("name", out var name) && !IsLine(name)) return "The name is not a line of text.";
        if (claims.TryGetProperty("roles", out var roles) && !IsListOfText(roles)) return "The roles are not a list of text.";
        // Row-level security goes by this claim: what is not a BIN could widen what its bearer sees.
        if (claims.TryGetProperty("bin", out var bin) && !IsBin(bin)) return "The BIN is not one.";
        return null;
    }

    private static bool IsLine(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxNameLength } text
        && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);

    private static bool IsListOfText(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);

    private static bool IsBin(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Bin.Parse(value.GetString()!) is { IsFailure: false };

    /// <summary>Null when it is not one JSON object whose members differ.</summary>
    private static JsonElement? Read(string encoded)
    {
        try
        {
            var read = JsonElement.Parse(Base64UrlEncoder.DecodeBytes(encoded), NoDuplicates);
            return read.ValueKind == JsonValueKind.Object ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
