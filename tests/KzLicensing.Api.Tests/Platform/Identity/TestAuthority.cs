using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace KzLicensing.Api.Tests.Platform.Identity;

/// <summary>An OpenID Connect authority on this machine: its discovery document, its keys, and tokens good or bad.</summary>
internal sealed class TestAuthority : IAsyncDisposable
{
    public const string EcKeyId = "ec-1";
    private readonly WebApplication app;

    private TestAuthority(WebApplication app) => this.app = app;

    public string Issuer => app.Urls.First();
    public string RsaKeyId { get; private set; } = "rsa-1";
    public RSA Rsa { get; private set; } = RSA.Create(2048);
    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static async Task<TestAuthority> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var authority = new TestAuthority(builder.Build());
        authority.app.Run(authority.Answer);
        await authority.app.StartAsync();
        return authority;
    }

    /// <summary>Withdraws the RSA key and signs with a new one.</summary>
    public void Rotate() => (RsaKeyId, Rsa) = ("rsa-2", RSA.Create(2048));

    /// <summary>A token as a well-behaved authority issues it, but for what the caller changes.</summary>
    public string Token(Action<JsonObject>? header = null, Action<JsonObject>? claims = null, Func<byte[], byte[]>? sign = null)
    {
        var head = new JsonObject { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = RsaKeyId };
        var payload = Claims();
        header?.Invoke(head);
        claims?.Invoke(payload);
        return Token(head.ToJsonString(), payload.ToJsonString(), sign);
    }

    /// <summary>Signs what <see cref="JsonObject"/> cannot hold, such as a member that occurs twice.</summary>
    public string Token(string header, string claims, Func<byte[], byte[]>? sign = null)
    {
        var signed = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(claims)}";
        return $"{signed}.{Base64UrlEncoder.Encode((sign ?? SignRs256)(Encoding.ASCII.GetBytes(signed)))}";
    }

    public JsonObject Claims()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = "kz-licensing",
            ["sub"] = "7f1c2c52",
            ["name"] = "Aigerim Officer",
            ["roles"] = new JsonArray("Officer"),
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 3600,
        };
    }

    public byte[] SignRs256(byte[] text) => Rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public byte[] SignEs256(byte[] text) => Ec.SignData(text, HashAlgorithmName.SHA256);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Rsa.Dispose();
        Ec.Dispose();
    }

    private Task Answer(HttpContext http) => http.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => Json(http, new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = $"{Issuer}/keys" }),
        "/keys" => Json(http, new JsonObject { ["keys"] = new JsonArray(Jwk(RsaPublicKey()), Jwk(EcPublicKey())) }),
        _ => Task.FromResult(http.Response.StatusCode = StatusCodes.Status404NotFound),
    };

    private static Task Json(HttpContext http, JsonObject body) => http.Response.WriteAsync(body.ToJsonString());

    private RsaSecurityKey RsaPublicKey() => new(Rsa.ExportParameters(false)) { KeyId = RsaKeyId };

    private ECDsaSecurityKey EcPublicKey() => new(ECDsa.Create(Ec.ExportParameters(false))) { KeyId = EcKeyId };

    private static JsonNode Jwk(SecurityKey key)
    {
        var jwk = JsonWebKeyConverter.ConvertFromSecurityKey(key);
        return new JsonObject
        {
            ["kty"] = jwk.Kty,
            ["kid"] = jwk.Kid,
            ["n"] = jwk.N,
            ["e"] = jwk.E,
            ["crv"] = jwk.Crv,
            ["x"] = jwk.X,
            ["y"] = jwk.Y,
        };
    }
}
