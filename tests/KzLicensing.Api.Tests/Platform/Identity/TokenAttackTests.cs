using System.Text.Json.Nodes;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Identity;

/// <summary>The registry as it runs in production, and the authority it trusts.</summary>
public sealed class TrustedAuthority : IAsyncLifetime
{
    internal TestAuthority Authority { get; private set; } = null!;
    internal GuardedApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Authority = await TestAuthority.Start();
        App = await GuardedApp.StartProduction(Authority.Issuer);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Authority.DisposeAsync();
    }
}

public sealed class TokenAttackTests(TrustedAuthority trusted) : IClassFixture<TrustedAuthority>
{
    private readonly TestAuthority authority = trusted.Authority;
    private readonly GuardedApp app = trusted.App;

    public static TheoryData<string> Attacks => [.. BadTokens.All.Keys];

    [Theory, MemberData(nameof(Attacks))]
    public async Task A_bad_token_is_refused(string attack)
    {
        var head = await app.Head("/whoami", $"Authorization: Bearer {BadTokens.All[attack](authority)}");

        Assert.StartsWith("HTTP/1.1 401 ", head, StringComparison.Ordinal);
        Assert.Matches("WWW-Authenticate: Bearer( error=\"invalid_token\", error_description=\"[A-Z][A-Za-z0-9 ,']+\\.\")?\r?(\n|$)", head);
    }

    [Fact]
    public async Task The_challenge_tells_a_bad_token_from_none() =>
        Assert.Matches("WWW-Authenticate: Bearer\r?(\n|$)", await app.Head("/whoami"));

    [Theory]
    [InlineData("exp past", "The token has expired.")]
    [InlineData("exp absent", "The token does not say until when it is valid.")]
    [InlineData("nbf in an hour", "The token is not valid yet.")]
    [InlineData("iat in a minute", "The token comes from the future.")]
    [InlineData("lives a day", "The token lives too long.")]
    [InlineData("audience another", "The token is for another audience.")]
    [InlineData("audience absent", "The token is for another audience.")]
    [InlineData("issuer another", "The token is from another issuer.")]
    [InlineData("typ of any token", "The type of the token is not an accepted one.")]
    [InlineData("nonce of a sign-in", "The token is not an access token.")]
    [InlineData("roles is text", "The roles are not a list of text.")]
    [InlineData("bin with a wrong check digit", "The BIN is not one.")]
    [InlineData("sub absent", "The token names nobody.")]
    [InlineData("sub with a no-break space", "The sub has blanks, invisible characters, or another spelling than NFKC.")]
    [InlineData("kid unknown", "The authority has no such key.")]
    [InlineData("signature with one bit flipped", "The signature does not hold.")]
    [InlineData("one segment", "The token cannot be read.")]
    public async Task The_challenge_says_which_rule_was_broken(string attack, string rule)
    {
        var head = await app.Head("/whoami", $"Authorization: Bearer {BadTokens.All[attack](authority)}");

        Assert.Contains($"WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"{rule}\"", head, StringComparison.Ordinal);
    }

    public static TheoryData<string> HeadersWithoutOneToken =>
    [
        "",
        "Authorization:",
        "Authorization: Bearer",
        "Authorization: Basic b2ZmaWNlci0xOnNhbmRib3g=",
        "Authorization: {token}",
        "Authorization: DPoP {token}",
        "Authorization: Bearer: {token}",
        "Authorization: Bearer {token}\nAuthorization: Bearer {token}",
        "Authorization: Basic b2ZmaWNlci0xOnNhbmRib3g=\nAuthorization: Bearer {token}",
        "Cookie: access_token={token}",
        "X-Authorization: Bearer {token}",
        "Proxy-Authorization: Bearer {token}",
    ];

    [Theory, MemberData(nameof(HeadersWithoutOneToken))]
    public async Task Headers_without_exactly_one_bearer_token_are_refused(string headers)
    {
        var sent = headers.Replace("{token}", authority.Token(), StringComparison.Ordinal);

        Assert.Equal(401, await app.Status("/whoami", sent.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory, InlineData("access_token"), InlineData("token"), InlineData("bearer")]
    public async Task A_token_in_the_address_is_not_read(string name) =>
        Assert.Equal(401, await app.Status($"/whoami?{name}={authority.Token()}"));

    [Fact]
    public async Task An_RS256_token_is_accepted() => await Accepts(authority.Token());

    [Fact]
    public async Task An_ES256_token_is_accepted() =>
        await Accepts(authority.Token(h => (h["alg"], h["kid"]) = ("ES256", TestAuthority.EcKeyId), sign: authority.SignEs256));

    [Fact]
    public async Task A_person_may_be_called_in_any_script() =>
        await Accepts(authority.Token(claims: c => c["sub"] = "Бай-Қазақ_7@example.kz"));

    /// <summary>What authorities that do not write at+jwt put into tokens for an API, and into tokens for the client.</summary>
    public static TheoryData<string, int> PlainTokens => new()
    {
        { """{ "typ": "Bearer", "azp": "portal", "scope": "openid profile", "sid": "5e8e" }""", 200 },
        { """{ "ver": "2.0", "azp": "6c5f", "azpacr": "1", "scp": "Registry.Use" }""", 200 },
        { """{ "ver": "1.0", "appid": "6c5f" }""", 200 },
        { """{ "typ": "ID", "azp": "portal", "at_hash": "77Qm" }""", 401 },
        { """{ "ver": "2.0", "nonce": "n-0S", "rh": "0.AX" }""", 401 },
        { """{ "ver": "2.0", "rh": "0.AX" }""", 401 },
    };

    [Theory, MemberData(nameof(PlainTokens))]
    public async Task Where_plain_types_are_taken_identity_tokens_are_refused_all_the_same(string members, int status)
    {
        await using var lenient = await GuardedApp.Start("Production", authority.Issuer, new() { ["Identity:TokenTypes"] = "JWT" });
        var token = authority.Token(h => h["typ"] = "JWT", c => Add(c, JsonNode.Parse(members)!.AsObject()));

        Assert.Equal(status, await lenient.Status("/whoami", $"Authorization: Bearer {token}"));
        Assert.Equal(200, await lenient.Status("/whoami", $"Authorization: Bearer {authority.Token()}"));
    }

    private static void Add(JsonObject claims, JsonObject members)
    {
        foreach (var (name, value) in members) claims[name] = value!.DeepClone();
    }

    [Fact]
    public async Task One_of_several_audiences_is_enough() =>
        await Accepts(authority.Token(claims: c => c["aud"] = new JsonArray("account", "kz-licensing")));

    [Fact]
    public async Task Clocks_may_differ_by_seconds()
    {
        var soon = DateTimeOffset.UtcNow.AddSeconds(5).ToUnixTimeSeconds();

        await Accepts(authority.Token(claims: c => (c["iat"], c["nbf"]) = (soon, soon)));
    }

    [Fact]
    public async Task Unknown_claims_do_no_harm() =>
        await Accepts(authority.Token(claims: c => (c["jti"], c["address"]) = ("1", new JsonObject { ["city"] = "Ekibastuz" })));

    [Fact]
    public async Task The_scheme_may_be_written_in_any_case() =>
        Assert.Equal(200, await app.Status("/whoami", $"authorization: bearer {authority.Token()}"));

    private async Task Accepts(string token) => Assert.Equal(200, await app.Status("/whoami", $"Authorization: Bearer {token}"));
}
