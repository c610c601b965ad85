using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

public sealed class ProblemTests(Registry registry) : IClassFixture<Registry>
{
    [Theory]
    [InlineData("GET", "/v1/nothing", 404, "not-found")]
    [InlineData("GET", "/nothing", 404, "not-found")]
    [InlineData("DELETE", "/v1/licenses", 405, "method-not-allowed")]
    [InlineData("GET", "/v1/licenses", 401, "token-required")]
    public async Task A_bare_status_has_the_one_shape(string method, string path, int status, string code) =>
        (await registry.Send(null, new HttpMethod(method), path)).DemandProblem(status, code);

    [Theory]
    [InlineData("ru", "Лицензия не найдена")]
    [InlineData("kk", "Лицензия табылмады")]
    [InlineData("de", "No such license")]
    public async Task Titles_follow_the_callers_language(string language, string title)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/register/licenses/none");
        request.Headers.Add("Accept-Language", language);
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains($"\"title\":\"{title}\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_answer_without_a_token()
    {
        foreach (var path in new[] { "/health/live", "/health/ready", "/version", "/metrics", "/swagger/index.html" })
            (await registry.Get(null, path)).Demand(200);
    }
}
