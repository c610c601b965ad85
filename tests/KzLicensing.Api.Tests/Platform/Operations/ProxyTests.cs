using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Operations;

/// <summary>Only the operator's own proxies say who the caller is.</summary>
public sealed class ProxyTests(TestCluster cluster)
{
    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("10.9.9.9, 127.0.0.0/8", 200)]
    [InlineData("10.9.9.9", 429)]
    [InlineData("", 429)]
    public async Task Strangers_behind_a_known_proxy_have_a_share_each(string known, int ofTheOther)
    {
        await using var registry = await Started($"--ForwardedHeaders:KnownProxies={known}", "--Limits:RequestsPerSecondPerCaller=1");
        for (var i = 0; i < 2; i++) Assert.Equal(200, await Status(registry, "203.0.113.1"));
        Assert.Equal(429, await Status(registry, "203.0.113.1"));
        // What a caller claims before the proxy's own entry counts for nothing.
        if (known.Contains("127.0.0", StringComparison.Ordinal)) Assert.Equal(429, await Status(registry, "198.51.100.7, 203.0.113.1"));

        Assert.Equal(ofTheOther, await Status(registry, "203.0.113.2"));
    }

    [Fact]
    public async Task Only_allowed_hosts_are_served()
    {
        await using var registry = await Started("--AllowedHosts=register.example.kz");
        Assert.Equal(200, await Status(registry, null, "register.example.kz"));
        Assert.Equal(400, await Status(registry, null, "evil.example.org"));
    }

    private async Task<Behind> Started(params string[] settings)
    {
        var registry = new Behind(cluster, settings);
        await registry.InitializeAsync();
        return registry;
    }

    private static async Task<int> Status(Registry registry, string? forwardedFor, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/register/licenses");
        if (forwardedFor is not null) request.Headers.Add("X-Forwarded-For", forwardedFor);
        request.Headers.Host = host;
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private sealed class Behind(TestCluster cluster, string[] settings) : Registry(cluster)
    {
        protected override string[] Settings => settings;
    }
}
