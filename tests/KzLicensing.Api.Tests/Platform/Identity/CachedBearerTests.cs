using System.Text.Json.Nodes;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Identity;

/// <summary>What a token that was seen before may and may not do.</summary>
public sealed class CachedBearerTests : IAsyncLifetime
{
    private TestAuthority authority = null!;
    private GuardedApp app = null!;

    public async ValueTask InitializeAsync()
    {
        authority = await TestAuthority.Start();
        app = await GuardedApp.StartProduction(authority.Issuer);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await authority.DisposeAsync();
    }

    [Fact]
    public async Task Only_a_good_token_is_remembered()
    {
        string good = authority.Token(), bad = authority.Token(claims: c => c["bin"] = "*");

        Assert.Equal(200, await Send(good));
        Assert.Equal(401, await Send(bad));

        Assert.True(await app.Remembers(good));
        Assert.False(await app.Remembers(bad));
    }

    [Fact]
    public async Task Callers_are_not_confused()
    {
        string officer = authority.Token(), auditor = authority.Token(claims: c => c["roles"] = new JsonArray("Auditor"));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, await Send(officer, "/reviews"));
            Assert.Equal(403, await Send(auditor, "/reviews"));
        }
    }

    [Fact]
    public async Task A_change_of_one_character_is_another_token()
    {
        var token = authority.Token();
        Assert.Equal(200, await Send(token));

        Assert.Equal(401, await Send(token[..^9] + (token[^9] == 'A' ? 'B' : 'A') + token[^8..]));
    }

    [Fact]
    public async Task A_remembered_token_expires_all_the_same()
    {
        var expires = DateTimeOffset.UtcNow.AddSeconds(-4).ToUnixTimeSeconds();
        var token = authority.Token(claims: c => (c["iat"], c["nbf"], c["exp"]) = (expires - 60, expires - 60, expires));
        Assert.Equal(200, await Send(token));

        await Task.Delay(TimeSpan.FromSeconds(7), TestContext.Current.CancellationToken);

        Assert.Equal(401, await Send(token));
    }

    [Fact]
    public async Task A_withdrawn_key_is_no_longer_trusted_once_the_new_one_is_seen()
    {
        string remembered = authority.Token(), unseen = authority.Token(claims: c => c["sub"] = "another");
        Assert.Equal(200, await Send(remembered));

        authority.Rotate();
        await Eventually(200, () => Send(authority.Token()));

        Assert.Equal(401, await Send(remembered));
        Assert.Equal(401, await Send(unseen));
    }

    [Fact]
    public async Task A_withdrawn_key_is_not_tried_as_the_last_good_one()
    {
        Assert.Equal(200, await Send(authority.Token()));
        var unseen = Enumerable.Range(0, 50).Select(i => authority.Token(claims: c => c["sub"] = $"person-{i}")).ToArray();
        var next = 0;

        authority.Rotate();
        Assert.Equal(401, await Send(authority.Token(sign: _ => new byte[256])));

        await Eventually(401, () => Send(unseen[next++]));
    }

    [Fact]
    public async Task An_authority_that_does_not_answer_is_an_outage_and_not_a_bad_token()
    {
        await using var cutOff = await GuardedApp.StartProduction("http://127.0.0.1:9");

        var head = await cutOff.Head("/whoami", $"Authorization: Bearer {authority.Token()}");

        Assert.StartsWith("HTTP/1.1 503 ", head, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 1", head, StringComparison.Ordinal);
    }

    private Task<int> Send(string token, string path = "/whoami") => app.Status(path, $"Authorization: Bearer {token}");

    private static async Task Eventually(int expected, Func<Task<int>> send)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            if (await send() == expected) return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"Never answered {expected}.");
    }
}
