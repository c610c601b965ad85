using System.Globalization;
using System.Text;
using System.Text.Json;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>What a token must be beyond signature, issuer, audience and lifetime.</summary>
internal static class TokenRules
{
    /// <summary>In characters; longer ones are refused unread.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>RFC 9068, section 2.1.</summary>
    public const string AccessTokenType = "at+jwt";

    // OpenID Connect Core, section 2, sets the limit for sub.
    private const int MaxNameLength = 255;

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    /// <summary>Members that only identity tokens have: OpenID Connect Core, sections 2 and 3.3.2.11.</summary>
    private static readonly string[] OfIdentityTokens = ["nonce", "at_hash", "c_hash", "s_hash"];

    /// <summary>Members of which an access token of a plain type has one: for which client it was issued, or what that may do.</summary>
    private static readonly string[] OfAccessTokens = ["scope", "scp", "client_id", "azp", "appid"];

    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    public static TokenValidationParameters Parameters(IdentityOptions options) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
        ValidTypes = options.AcceptedTypes,
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
        return RefuseKind(token.Typ, claims) ?? RefuseLifetime(claims, token.ValidTo, maxLifetime, now) ?? RefuseIdentity(claims);
    }

    /// <summary>Which rule a token broke, in words for its bearer: they tell nothing that is not in the token or in README.</summary>
    public static string Explain(Exception failure) => failure switch
    {
        AuthenticationFailureException refused => refused.Message,
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenNoExpirationException => "The token does not say until when it is valid.",
        SecurityTokenInvalidLifetimeException => "The token ends before it begins.",
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        SecurityTokenInvalidIssuerException => "The token is from another issuer.",
        SecurityTokenInvalidTypeException => "The type of the token is not an accepted one.",
        SecurityTokenInvalidAlgorithmException => "The token is not signed by RS256 or ES256.",
        SecurityTokenSignatureKeyNotFoundException => "The authority has no such key.",
        SecurityTokenInvalidSignatureException => "The signature does not hold.",
        _ => "The token cannot be read.",
    };

    /// <summary>
    /// Who is signed in is told by an identity token, which is meant for the client; it is no key to an API, whatever its type says.
    /// </summary>
    private static string? RefuseKind(string? type, JsonElement claims)
    {
        // Keycloak says in a claim what a token is.
        var isAnother = claims.TryGetProperty("typ", out var kind)
            && !(kind.ValueKind == JsonValueKind.String && kind.ValueEquals("Bearer"));
        if (isAnother || OfIdentityTokens.Any(m => claims.TryGetProperty(m, out _))) return "The token is not an access token.";
        return type == AccessTokenType || OfAccessTokens.Any(m => claims.TryGetProperty(m, out _))
            ? null
            : "The token does not show that it is an access token.";
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
        if (!IsPlain(subject.GetString()!)) return "The sub has blanks, invisible characters, or another spelling than NFKC.";
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

    /// <summary>One person, one spelling: nothing that cannot be seen, and nothing that could be written in another way.</summary>
    private static bool IsPlain(string text) => text.IsNormalized(NormalizationForm.FormKC)
        && text.EnumerateRunes().All(character => Identifier.IsSeen(character) && !IsLoose(character));

    /// <summary>What is drawn over another letter, and what no standard assigns.</summary>
    private static bool IsLoose(Rune character) => Rune.GetUnicodeCategory(character) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

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
