using System.Net;
using System.Net.Http.Headers;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

/// <summary>Everything is limited, however its path is spelled and whoever asks; health is not.</summary>
public sealed class LimitsTests(LimitsTests.StrictRegistry registry) : IClassFixture<LimitsTests.StrictRegistry>
{
    public sealed class StrictRegistry(TestCluster cluster) : Registry(cluster)
    {
        protected override string[] Settings => ["--Limits:RequestsPerSecondPerCaller=1"];
    }

    [Theory]
    [InlineData("/v1/register/licenses")]
    [InlineData("/V1/register/licenses")]
    [InlineData("/V1/Register/Licenses")]
    [InlineData("/v1/licenses")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/swagger-ui.css")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/errors")]
    [InlineData("/ERRORS/overloaded")]
    [InlineData("/connect/token")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks")]
    [InlineData("/version")]
    [InlineData("/metrics")]
    [InlineData("/sandbox/clock")]
    [InlineData("/nowhere")]
    public async Task A_page_is_limited(string path)
    {
        foreach (var token in new[] { null, "no-token" })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Get(path, token)));
            var refused = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_answers_always(string path) =>
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Get(path, null))),
            a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));

    [Fact]
    public async Task Whoever_shows_a_token_has_a_share_of_its_own_behind_the_same_address()
    {
        string? token = null;
        while (token is null)
        {
            // The address has one share, and the tests of this class use it.
            try
            {
                token = await registry.BearerOf("auditor-1");
            }
            catch (KeyNotFoundException)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        Assert.Contains(await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Get("/version", null))),
            a => a.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, (await Get("/v1/audit/entries", token)).StatusCode);
    }

    private async Task<HttpResponseMessage> Get(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
