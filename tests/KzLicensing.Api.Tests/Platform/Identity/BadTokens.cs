using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace KzLicensing.Api.Tests.Platform.Identity;

/// <summary>What an attacker, or a careless authority, would send; each one must be refused.</summary>
internal static class BadTokens
{
    private static readonly RSA StrangersRsa = RSA.Create(2048);
    private static readonly ECDsa StrangersEc = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static readonly Dictionary<string, Func<TestAuthority, string>> All = new()
    {
        // Algorithms
        ["alg none, no signature"] = a => a.Token(h => h["alg"] = "none", sign: _ => []),
        ["alg nOnE, no signature"] = a => a.Token(h => h["alg"] = "nOnE", sign: _ => []),
        ["alg none over a good signature"] = a => a.Token(h => h["alg"] = "none"),
        ["alg absent"] = a => a.Token(h => h.Remove("alg")),
        ["alg is not text"] = a => a.Token(h => h["alg"] = 256),
        ["alg in lower case"] = a => a.Token(h => h["alg"] = "rs256"),
        ["HS256 with the public key as PEM"] = a => Hs256(a, Encoding.ASCII.GetBytes(a.Rsa.ExportSubjectPublicKeyInfoPem())),
        ["HS256 with the public key as DER"] = a => Hs256(a, a.Rsa.ExportSubjectPublicKeyInfo()),
        ["HS256 with the modulus"] = a => Hs256(a, a.Rsa.ExportParameters(false).Modulus!),
        ["HS256 with an empty key"] = a => Hs256(a, []),
        ["RS384 by the right key"] = a => a.Token(h => h["alg"] = "RS384", sign: Sign(a.Rsa, HashAlgorithmName.SHA384)),
        ["RS512 by the right key"] = a => a.Token(h => h["alg"] = "RS512", sign: Sign(a.Rsa, HashAlgorithmName.SHA512)),
        ["PS256 by the right key"] = a => a.Token(h => h["alg"] = "PS256", sign: SignPss(a.Rsa)),
        ["PS256 said to be RS256"] = a => a.Token(sign: SignPss(a.Rsa)),
        ["ES256 over the id of the RSA key"] = a => a.Token(h => h["alg"] = "ES256", sign: a.SignEs256),
        ["RS256 over the id of the EC key"] = a => a.Token(h => h["kid"] = TestAuthority.EcKeyId),
        ["encrypted to the public key"] = Encrypted,

        // Signatures
        ["signed by a stranger's RSA key"] = a => a.Token(sign: SignAsStranger),
        ["signed by a stranger's EC key"] = a => Es256(a, t => StrangersEc.SignData(t, HashAlgorithmName.SHA256)),
        ["EC signature of zeros"] = a => Es256(a, _ => new byte[64]),
        ["EC signature in DER"] = a => Es256(a, t => a.Ec.SignData(t, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        ["signature with one bit flipped"] = a => a.Token(sign: t => FlipFirstBit(a.SignRs256(t))),
        ["signature of zeros"] = a => a.Token(sign: _ => new byte[256]),
        ["signature empty"] = a => a.Token(sign: _ => []),
        ["signature of another token"] = a => $"{Signed(a.Token(claims: c => c["sub"] = "somebody"))}.{Part(a.Token(), 2)}",
        ["payload exchanged"] = a => Exchange(a, 1, a.Token(claims: c => c["roles"] = new JsonArray("Administrator"))),
        ["header exchanged"] = a => Exchange(a, 0, a.Token(h => h["typ"] = "JWT")),

        // Keys that the token brings along or names
        ["key brought along as jwk"] = a => a.Token(h => h["jwk"] = StrangersJwk(), sign: SignAsStranger),
        ["key brought along as jwk with its id"] = a => a.Token(h => (h["jwk"], h["kid"]) = (StrangersJwk(), "x"), sign: SignAsStranger),
        ["key named by jku"] = a => a.Token(h => h["jku"] = "http://127.0.0.1:9/keys", sign: SignAsStranger),
        ["key named by x5u"] = a => a.Token(h => h["x5u"] = "http://127.0.0.1:9/cert", sign: SignAsStranger),
        ["key brought along as x5c"] = a => a.Token(h => h["x5c"] = StrangersX5c(), sign: SignAsStranger),
        ["kid absent"] = a => a.Token(h => h.Remove("kid"), sign: SignAsStranger),
        ["kid absent though the right key signed"] = a => a.Token(h => h.Remove("kid")),
        ["kid unknown"] = a => a.Token(h => h["kid"] = "rsa-0"),
        ["kid empty"] = a => a.Token(h => h["kid"] = ""),
        ["kid is a number"] = a => a.Token(h => h["kid"] = 1),
        ["kid is a path"] = a => a.Token(h => h["kid"] = "../../../../dev/null", sign: t => HMACSHA256.HashData(Array.Empty<byte>(), t)),
        ["kid is SQL"] = a => a.Token(h => h["kid"] = "x' UNION SELECT 'key'--", sign: SignAsStranger),
        ["kid very long"] = a => a.Token(h => h["kid"] = new string('k', 5_000)),
        ["crit with an extension"] = a => a.Token(h => (h["crit"], h["exp"]) = (new JsonArray("exp"), 1)),
        ["crit empty"] = a => a.Token(h => h["crit"] = new JsonArray()),
        ["b64 false"] = a => a.Token(h => (h["crit"], h["b64"]) = (new JsonArray("b64"), false)),

        // Issuer, audience, type
        ["issuer absent"] = a => a.Token(claims: c => c.Remove("iss")),
        ["issuer another"] = a => a.Token(claims: c => c["iss"] = "https://login.example.org"),
        ["issuer with a tail"] = a => a.Token(claims: c => c["iss"] = a.Issuer + ".example.org"),
        ["issuer is a list"] = a => a.Token(claims: c => c["iss"] = new JsonArray(a.Issuer)),
        ["audience absent"] = a => a.Token(claims: c => c.Remove("aud")),
        ["audience another"] = a => a.Token(claims: c => c["aud"] = "another-api"),
        ["audience with a tail"] = a => a.Token(claims: c => c["aud"] = "kz-licensing-staging"),
        ["audience in capitals"] = a => a.Token(claims: c => c["aud"] = "KZ-LICENSING"),
        ["audience empty list"] = a => a.Token(claims: c => c["aud"] = new JsonArray()),
        ["audience list of others"] = a => a.Token(claims: c => c["aud"] = new JsonArray("another-api", "account")),
        ["typ absent"] = a => a.Token(h => h.Remove("typ")),
        ["typ of any token"] = a => a.Token(h => h["typ"] = "JWT"),
        ["typ of any token, for a client"] = a => a.Token(h => h["typ"] = "JWT", c => c["azp"] = "portal"),
        ["typ of an identity token"] = a => a.Token(h => h["typ"] = "id+jwt"),
        ["typ of a logout token"] = a => a.Token(h => h["typ"] = "logout+jwt"),
        ["typ of a proof of possession"] = a => a.Token(h => h["typ"] = "dpop+jwt"),

        // Identity tokens, whatever they say of their type
        ["nonce of a sign-in"] = a => a.Token(claims: c => c["nonce"] = "n-0S6_WzA2Mj"),
        ["hash of an access token"] = a => a.Token(claims: c => c["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ"),
        ["hash of a code"] = a => a.Token(claims: c => c["c_hash"] = "LDktKdoQak3Pk0cnXxCltA"),
        ["Keycloak's ID"] = a => a.Token(claims: c => c["typ"] = "ID"),
        ["Keycloak's Refresh"] = a => a.Token(claims: c => c["typ"] = "Refresh"),
        ["claim typ is a list"] = a => a.Token(claims: c => c["typ"] = new JsonArray("Bearer")),

        // Time
        ["exp absent"] = a => a.Token(claims: c => c.Remove("exp")),
        ["exp past"] = a => a.Token(claims: c => (c["iat"], c["nbf"], c["exp"]) = (In(-4000), In(-4000), In(-400))),
        ["exp just past the skew"] = a => a.Token(claims: c => (c["iat"], c["nbf"], c["exp"]) = (In(-100), In(-100), In(-12))),
        ["exp zero"] = a => a.Token(claims: c => c["exp"] = 0),
        ["exp negative"] = a => a.Token(claims: c => c["exp"] = -1),
        ["exp beyond any calendar"] = a => a.Token(claims: c => c["exp"] = long.MaxValue),
        ["exp beyond any number"] = a => a.Token(claims: c => c["exp"] = 1e300),
        ["exp is words"] = a => a.Token(claims: c => c["exp"] = "tomorrow"),
        ["exp null"] = a => a.Token(claims: c => c["exp"] = null),
        ["nbf in an hour"] = a => a.Token(claims: c => c["nbf"] = In(3500)),
        ["iat absent"] = a => a.Token(claims: c => c.Remove("iat")),
        ["iat in a minute"] = a => a.Token(claims: c => c["iat"] = In(60)),
        ["iat is text"] = a => a.Token(claims: c => c["iat"] = In(0).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ["iat beyond any calendar"] = a => a.Token(claims: c => c["iat"] = long.MinValue),
        ["lives a day"] = a => a.Token(claims: c => c["exp"] = In(86_400)),
        ["lives for ever"] = a => a.Token(claims: c => c["exp"] = 253_402_300_799),

        // Who
        ["sub absent"] = a => a.Token(claims: c => c.Remove("sub")),
        ["sub empty"] = a => a.Token(claims: c => c["sub"] = ""),
        ["sub blank"] = a => a.Token(claims: c => c["sub"] = "  "),
        ["sub null"] = a => a.Token(claims: c => c["sub"] = null),
        ["sub is a number"] = a => a.Token(claims: c => c["sub"] = 7),
        ["sub is a list"] = a => a.Token(claims: c => c["sub"] = new JsonArray("7f1c2c52", "another")),
        ["sub on two lines"] = a => a.Token(claims: c => c["sub"] = "7f1c2c52\nanother"),
        ["sub with NUL"] = a => a.Token(claims: c => c["sub"] = "7f1c2c52\0"),
        ["sub with a blank behind"] = a => a.Token(claims: c => c["sub"] = "off-1 "),
        ["sub with a blank inside"] = a => a.Token(claims: c => c["sub"] = "off 1"),
        ["sub with a no-break space"] = a => a.Token(claims: c => c["sub"] = "off-1\u00A0"),
        ["sub with a zero-width space"] = a => a.Token(claims: c => c["sub"] = "off-1\u200B"),
        ["sub with a joiner"] = a => a.Token(claims: c => c["sub"] = "off\u2060-1"),
        ["sub with a soft hyphen"] = a => a.Token(claims: c => c["sub"] = "off\u00AD-1"),
        ["sub that runs from right to left"] = a => a.Token(claims: c => c["sub"] = "\u202Eoff-1"),
        ["sub with a byte order mark"] = a => a.Token(claims: c => c["sub"] = "\uFEFFoff-1"),
        ["sub with a tag character"] = a => a.Token(claims: c => c["sub"] = "off-1\U000E0041"),
        ["sub with a variation selector"] = a => a.Token(claims: c => c["sub"] = "off-1\uFE0F"),
        ["sub with a grapheme joiner"] = a => a.Token(claims: c => c["sub"] = "off-1\u034F"),
        ["sub with a Hangul filler"] = a => a.Token(claims: c => c["sub"] = "off-1\u1160"),
        ["sub with a braille blank"] = a => a.Token(claims: c => c["sub"] = "off-1\u2800"),
        ["sub in a ring"] = a => a.Token(claims: c => c["sub"] = "off-1\u20DD"),
        ["sub in full width"] = a => a.Token(claims: c => c["sub"] = "\uFF4F\uFF46\uFF46-1"),
        ["sub with a ligature"] = a => a.Token(claims: c => c["sub"] = "o\uFB00-1"),
        ["sub in NFD"] = a => a.Token(claims: c => c["sub"] = "Ба\u0438\u0306зак"),
        ["sub in a private script"] = a => a.Token(claims: c => c["sub"] = "off-1\uE000"),
        ["sub is half a character"] = a => HalfCharacter(a, "7f1c2c52"),
        ["sub too long"] = a => a.Token(claims: c => c["sub"] = new string('s', 256)),
        ["sub is the registry itself"] = a => a.Token(claims: c => c["sub"] = "registry"),
        ["sub is the registry in other letters"] = a => a.Token(claims: c => c["sub"] = "Registry"),
        ["sub is nobody"] = a => a.Token(claims: c => c["sub"] = "anonymous"),
        ["name with NUL"] = a => a.Token(claims: c => c["name"] = "Aigerim\0"),
        ["name is a list"] = a => a.Token(claims: c => c["name"] = new JsonArray("Aigerim", "Daulet")),
        ["name is half a character"] = a => HalfCharacter(a, "Aigerim"),
        ["role is half a character"] = a => HalfCharacter(a, "Officer"),
        ["roles is text"] = a => a.Token(claims: c => c["roles"] = "Approver"),
        ["roles is an object"] = a => a.Token(claims: c => c["roles"] = new JsonObject { ["Approver"] = true }),
        ["roles has a list inside"] = a => a.Token(claims: c => c["roles"] = new JsonArray(new JsonArray("Approver"))),
        ["bin is every payer's"] = a => a.Token(claims: c => c["bin"] = "*"),
        ["bin empty"] = a => a.Token(claims: c => c["bin"] = ""),
        ["bin with a wrong check digit"] = a => a.Token(claims: c => c["bin"] = "970740000839"),
        ["bin is a number"] = a => a.Token(claims: c => c["bin"] = 970740000838),
        ["bin is a list"] = a => a.Token(claims: c => c["bin"] = new JsonArray("970740000838", "*")),

        // Members twice
        ["alg twice"] = a => a.Token($$"""{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"{{a.RsaKeyId}}"}""", a.Claims().ToJsonString()),
        ["sub twice"] = a => Twice(a, "\"sub\":\"another\""),
        ["sub twice, once escaped"] = a => Twice(a, "\"s\\u0075b\":\"another\""),
        ["roles twice"] = a => Twice(a, "\"roles\":[\"Approver\"]"),
        ["exp twice"] = a => Twice(a, $"\"exp\":{In(3600)}"),
        ["member twice inside another"] = a => Twice(a, "\"address\":{\"city\":1,\"city\":2}"),
        ["member name is half a character"] = a => Twice(a, "\"\\ud800\":1"),

        // Shapes
        ["empty"] = _ => "",
        ["two dots"] = _ => "..",
        ["one segment"] = a => Part(a.Token(), 0),
        ["two segments"] = a => Signed(a.Token()),
        ["four segments"] = a => a.Token() + ".e30",
        ["five segments"] = a => a.Token() + ".e30.e30",
        ["truncated"] = a => a.Token()[..^20],
        ["padded"] = a => a.Token() + "==",
        ["not base64url"] = a => Signed(a.Token()) + ".@@@@",
        ["blank inside"] = a => a.Token().Replace(".", " .", StringComparison.Ordinal),
        ["quoted"] = a => $"\"{a.Token()}\"",
        ["two tokens"] = a => $"{a.Token()}, {a.Token()}",
        ["token68 with a parameter"] = a => $"token=\"{a.Token()}\"",
        ["huge"] = a => a.Token(claims: c => c["note"] = new string('n', 12_000)),
        ["header is no JSON"] = a => a.Token("alg:RS256", a.Claims().ToJsonString()),
        ["header is a list"] = a => a.Token("[]", a.Claims().ToJsonString()),
        ["header is null"] = a => a.Token("null", a.Claims().ToJsonString()),
        ["payload is no JSON"] = a => a.Token(Header, "sub=7f1c2c52"),
        ["payload is a list"] = a => a.Token(Header, "[]"),
        ["payload is empty"] = a => a.Token(Header, ""),
        ["payload followed by more"] = a => a.Token(Header, a.Claims().ToJsonString() + "{}"),
        ["payload is nested deeply"] = a => Twice(a, $"\"x\":{new string('[', 500)}{new string(']', 500)}"),
    };

    private const string Header = """{"alg":"RS256","typ":"at+jwt","kid":"rsa-1"}""";

    private static long In(int seconds) => DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds;

    private static string Hs256(TestAuthority authority, byte[] key) =>
        authority.Token(h => h["alg"] = "HS256", sign: text => HMACSHA256.HashData(key, text));

    private static string Es256(TestAuthority authority, Func<byte[], byte[]> sign) =>
        authority.Token(h => (h["alg"], h["kid"]) = ("ES256", TestAuthority.EcKeyId), sign: sign);

    private static Func<byte[], byte[]> Sign(RSA key, HashAlgorithmName hash) =>
        text => key.SignData(text, hash, RSASignaturePadding.Pkcs1);

    private static Func<byte[], byte[]> SignPss(RSA key) => text => key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    private static byte[] SignAsStranger(byte[] text) => Sign(StrangersRsa, HashAlgorithmName.SHA256)(text);

    private static JsonObject StrangersJwk()
    {
        var key = StrangersRsa.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Base64UrlEncoder.Encode(key.Modulus),
            ["e"] = Base64UrlEncoder.Encode(key.Exponent),
        };
    }

    private static JsonArray StrangersX5c() => [Convert.ToBase64String(StrangersRsa.ExportSubjectPublicKeyInfo())];

    private static string Encrypted(TestAuthority authority) => new JsonWebTokenHandler().EncryptToken(authority.Token(),
        new EncryptingCredentials(new RsaSecurityKey(authority.Rsa), SecurityAlgorithms.RsaOAEP, SecurityAlgorithms.Aes256CbcHmacSha512));

    /// <summary>A good payload with one more member in front.</summary>
    private static string Twice(TestAuthority authority, string member) =>
        authority.Token(Header, "{" + member + "," + authority.Claims().ToJsonString()[1..]);

    /// <summary>Half of a surrogate pair is JSON, and no text.</summary>
    private static string HalfCharacter(TestAuthority authority, string instead) =>
        authority.Token(Header, authority.Claims().ToJsonString().Replace(instead, "\\ud800", StringComparison.Ordinal));

    private static string Exchange(TestAuthority authority, int index, string with)
    {
        var parts = authority.Token().Split('.');
        parts[index] = Part(with, index);
        return string.Join('.', parts);
    }

    private static byte[] FlipFirstBit(byte[] signature)
    {
        signature[0] ^= 0x80;
        return signature;
    }

    private static string Part(string token, int index) => token.Split('.')[index];

    private static string Signed(string token) => token[..token.LastIndexOf('.')];
}
