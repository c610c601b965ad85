using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>
/// Signed JSON in the compact form of RFC 7515, narrowed to one algorithm and one spelling: there is nothing to choose for an attacker.
/// </summary>
internal static class CompactJws
{
    private sealed record Header(string Alg, string Typ, string Kid);

    public static string Sign<T>(string type, T payload, RegisterKeys keys)
    {
        var signed = $"{Encode(new Header("ES256", type, keys.Id))}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(keys.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The payload of a token of this type, signed with one of these keys.</summary>
    /// <returns>
    /// With the key, since its end may speak against the content. Fails with <c>malformed</c>, <c>wrong-type</c>, <c>algorithm-refused</c>,
    /// <c>key-unknown</c> or <c>altered</c>.
    /// </returns>
    public static Result<(T Content, KnownKey Key)> Open<T>(string token, string type, KnownKeys keys) where T : notnull
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || Decode(parts[0]) is not { } head || Decode(parts[1]) is not { } payload
            || Decode(parts[2]) is not { } signature)
            return No("malformed", "This is not a signed token.");
        if (Read<Header>(head) is not { } header) return No("malformed", "The token's header cannot be read.");
        if (header.Alg != "ES256")
            return No("algorithm-refused", $"The token asks for '{header.Alg}'; the register signs with ES256 only.");
        if (header.Typ != type) return No("wrong-type", $"The token is a '{header.Typ}' and not a '{type}'.");
        if (keys.Find(header.Kid) is not { } key) return No("key-unknown", "The token was not signed with one of the given keys.");
        if (!key.Key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256))
            return No("altered", "The signature does not fit: the token was altered.");
        return Read<T>(payload) is { } content ? (content, key) : No("malformed", "The token's content cannot be read.");
    }

    /// <summary>The id of the key that a token names; null when it is no token.</summary>
    public static string? KeyOf(string token) => Decode(token.Split('.')[0]) is { } head ? Read<Header>(head)?.Kid : null;

    private static string Encode<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value, Json.Options));

    /// <summary>Null unless this is the one way of writing these bytes.</summary>
    private static byte[]? Decode(string part)
    {
        if (!Base64Url.IsValid(part)) return null;
        var bytes = Base64Url.DecodeFromChars(part);
        return Base64Url.EncodeToString(bytes) == part ? bytes : null;
    }

    private static T? Read<T>(byte[] json) where T : notnull
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json.Stored);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>A verdict is told on the command line; it is none of the API's refusals.</summary>
    private static Error No(string code, string detail) => new(code, detail);
}
