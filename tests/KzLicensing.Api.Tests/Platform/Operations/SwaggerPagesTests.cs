using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Identity.Sandbox;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Operations;

/// <summary>The document for people: in the sandbox its dialog gets a token for whoever is chosen.</summary>
public sealed class SwaggerPagesTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_root_leads_to_the_pages()
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = registry.Http.BaseAddress };
        using var led = await client.GetAsync("/", Ct);
        Assert.Equal(302, (int)led.StatusCode);
        Assert.Contains("<title>KzLicensing</title>", (await registry.Get(null, led.Headers.Location!.ToString()))
            .Demand(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_kept_over_a_reload() =>
        Assert.Contains("\"persistAuthorization\":true", (await registry.Get(null, "/swagger/index.js"))
            .Demand(200).Text, StringComparison.Ordinal);

    [Fact]
    public async Task The_pages_read_the_contract_with_the_scheme_of_the_sandbox_beside_it()
    {
        var pages = await Read("/swagger/sandbox.json");
        Assert.True(pages["components"]!["securitySchemes"]!.AsObject().Remove("sandbox"));
        foreach (var (_, operation) in pages["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()))
            if (operation!["security"]!.AsArray() is { Count: 2 } ways) ways.RemoveAt(1);
        Assert.True(JsonNode.DeepEquals(await Read("/openapi/v1.json"), pages));
        Assert.Contains("/swagger/sandbox.json", (await registry.Get(null, "/swagger/index.js")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_persona_of_the_list_gets_a_token_as_the_dialog_asks_for_it()
    {
        var scheme = (await Read("/swagger/sandbox.json"))["components"]!["securitySchemes"]!["sandbox"]!;
        var script = (await registry.Get(null, "/swagger/personas.js")).Demand(200);
        Assert.Equal("text/javascript", script.ContentType);
        var personas = JsonSerializer.Deserialize<string[]>(script.Text.Split('\n')[0]["const personas = ".Length..].TrimEnd(';'))!;
        Assert.Equal(9, personas.Select(p => Persona.Of(p)!.Role).Distinct().Count());
        foreach (var persona in personas)
        {
            // The page sends the client in the header, and an empty scope.
            using var asked =
                new HttpRequestMessage(HttpMethod.Post, scheme["flows"]!["clientCredentials"]!["tokenUrl"]!.GetValue<string>());
            asked.Headers.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{persona}:sandbox")));
            asked.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "")]);
            using var answer = await registry.Http.SendAsync(asked, Ct);
            Assert.True(answer.IsSuccessStatusCode, $"{persona}: {await answer.Content.ReadAsStringAsync(Ct)}");
        }
    }

    private async Task<JsonNode> Read(string path) => JsonNode.Parse((await registry.Get(null, path)).Demand(200).Text)!;
}
