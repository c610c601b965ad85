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
        Assert.Matches("WWW-Authenticate: Bearer( error=\"invalid_token\")?\r?(\n|$)", head);
    }

    [Fact]
    public async Task The_challenge_tells_a_bad_token_from_none_and_not_what_was_bad()
    {
        var without = await app.Head("/whoami");
        var bad = await app.Head("/whoami", $"Authorization: Bearer {authority.Token()}x");

        Assert.Matches("WWW-Authenticate: Bearer\r?(\n|$)", without);
        Assert.Matches("WWW-Authenticate: Bearer error=\"invalid_token\"\r?(\n|$)", bad);
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
    public async Task A_token_of_the_plain_type_is_accepted() => await Accepts(authority.Token(h => h["typ"] = "JWT"));

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
