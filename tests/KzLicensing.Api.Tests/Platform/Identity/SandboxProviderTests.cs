using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Identity;

/// <summary>The registry as it runs in Development without an authority.</summary>
public sealed class Sandbox : IAsyncLifetime
{
    internal GuardedApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await GuardedApp.StartSandbox();

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

public sealed class SandboxProviderTests(Sandbox sandbox) : IClassFixture<Sandbox>
{
    private readonly GuardedApp app = sandbox.App;

    [Theory]
    [InlineData("officer-1", "Officer")]
    [InlineData("approver-2", "Approver")]
    [InlineData("tariff-1", "TariffAuthority")]
    [InlineData("tax-1", "TaxAuthority")]
    [InlineData("grid-77", "GridOperator")]
    [InlineData("inspector-1", "Inspector")]
    [InlineData("auditor-1", "Auditor")]
    [InlineData("admin-1000000", "Administrator")]
    public async Task A_member_of_staff_acts_under_its_role_for_everybody(string persona, string role)
    {
        var me = await WhoAmI(await TokenOf(persona));

        Assert.Equal(persona, (string?)me["id"]);
        Assert.Equal(role, (string?)me["roles"]!.AsArray().Single());
        Assert.Equal("*", (string?)me["rowScope"]);
        Assert.Null(me["bin"]);
    }

    [Theory, InlineData("970740000838"), InlineData("100140011059")]
    public async Task An_applicant_acts_for_its_own_number_only(string bin)
    {
        var me = await WhoAmI(await TokenOf($"applicant-{bin}"));

        Assert.Equal("Applicant", (string?)me["roles"]!.AsArray().Single());
        Assert.Equal(bin, (string?)me["bin"]);
        Assert.Equal(bin, (string?)me["rowScope"]);
    }

    [Theory]
    [InlineData("applicant-970740000839")]
    [InlineData("applicant-97074000083")]
    [InlineData("applicant-")]
    [InlineData("applicant")]
    [InlineData("applicant-*")]
    [InlineData("officer")]
    [InlineData("officer-")]
    [InlineData("officer--1")]
    [InlineData("officer-1-1")]
    [InlineData("officer-x")]
    [InlineData("officer-1 ")]
    [InlineData("Officer-1")]
    [InlineData("minister-1")]
    [InlineData("registry")]
    public async Task Nobody_else_gets_a_token(string persona) => await RefusesClient(await RequestToken(persona, "sandbox"));

    [Theory, InlineData("wrong"), InlineData("Sandbox")]
    public async Task A_wrong_secret_gets_no_token(string secret) => await RefusesClient(await RequestToken("officer-1", secret));

    [Fact]
    public async Task Another_grant_is_refused_in_the_words_of_OAuth()
    {
        var form = Form(("grant_type", "password"), ("username", "officer-1"), ("password", "sandbox"));

        var answer = await app.Http.PostAsync("/connect/token", form, Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("unsupported_grant_type", (string?)(await Read(answer))["error"]);
    }

    [Fact]
    public async Task Client_and_secret_may_come_in_the_Basic_header()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Content = Form(("grant_type", "client_credentials"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("officer-1:sandbox"u8));

        var answer = await app.Http.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_token_is_a_signed_access_token_of_one_hour_with_a_list_of_roles()
    {
        var before = DateTimeOffset.UtcNow;
        var answer = await Read(await RequestToken("officer-1", "sandbox"));
        var token = new JsonWebToken((string?)answer["access_token"]);

        Assert.Equal(3599, (int)answer["expires_in"]!, tolerance: 1);
        Assert.Equal(("at+jwt", "RS256"), (token.Typ, token.Alg));
        Assert.Equal(["kz-licensing"], token.Audiences);
        Assert.Equal("Officer 1", token.GetPayloadValue<string>("name"));
        Assert.Equal(["Officer"], token.GetPayloadValue<string[]>("roles"));
        Assert.InRange(token.ValidTo - before, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
    }

    [Fact]
    public async Task Another_program_can_take_the_sandbox_as_its_authority()
    {
        await using var other = await GuardedApp.StartProduction(app.Http.BaseAddress!.AbsoluteUri.TrimEnd('/'));

        Assert.Equal(200, await other.Status("/reviews", $"Authorization: Bearer {await TokenOf("officer-1")}"));
    }

    [Fact]
    public async Task The_discovery_document_carries_the_address_that_was_asked()
    {
        var port = app.Http.BaseAddress!.Port;

        var discovery = JsonNode.Parse(await app.Http.GetStringAsync($"http://localhost:{port}/.well-known/openid-configuration", Ct))!;

        Assert.Equal($"http://localhost:{port}/", (string?)discovery["issuer"]);
        Assert.Equal($"http://localhost:{port}/connect/token", (string?)discovery["token_endpoint"]);
    }

    [Fact]
    public async Task A_token_fetched_from_one_local_address_works_at_the_other()
    {
        var elsewhere = $"http://localhost:{app.Http.BaseAddress!.Port}/connect/token";

        var answer = await app.Http.PostAsync(elsewhere, Credentials("officer-1", "sandbox"), Ct);

        Assert.Equal("officer-1", (string?)(await WhoAmI((string?)(await Read(answer))["access_token"]))["id"]);
    }

    [Fact]
    public async Task A_token_outlives_a_restart_where_there_is_a_data_folder()
    {
        var folder = Directory.CreateTempSubdirectory();
        var settings = new Dictionary<string, string?> { ["Postgres:DataDirectory"] = folder.FullName };
        var key = Path.Combine(folder.FullName, "sandbox-key.pem");
        string token;
        await using (var before = await GuardedApp.Start("Development", null, settings))
        {
            var answer = await before.Http.PostAsync("/connect/token", Credentials("officer-1", "sandbox"), Ct);
            token = (string)(await Read(answer))["access_token"]!;
        }

        await using (var after = await GuardedApp.Start("Development", null, settings))
            Assert.Equal(200, await after.Status("/whoami", $"Authorization: Bearer {token}"));
        Assert.Equal([key], Directory.GetFiles(folder.FullName));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));

        await File.WriteAllTextAsync(key, "no key", Ct);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GuardedApp.Start("Development", null, settings));
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Without_a_data_folder_each_start_has_a_key_of_its_own()
    {
        await using var another = await GuardedApp.StartSandbox();

        Assert.Equal(401, await another.Status("/whoami", $"Authorization: Bearer {await TokenOf("officer-1")}"));
    }

    [Theory, InlineData("Development"), InlineData("Staging"), InlineData("Production")]
    public async Task Beside_an_authority_there_is_no_sandbox(string environment)
    {
        await using var registry = await GuardedApp.Start(environment, "https://login.example.org");

        var answer = await registry.Http.PostAsync("/connect/token", Credentials("officer-1", "sandbox"), Ct);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(404, await registry.Status("/.well-known/openid-configuration"));
        Assert.Equal(404, await registry.Status("/.well-known/jwks"));
        Assert.Equal(404, await registry.Status("/sandbox/clock"));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<string?> TokenOf(string persona) => (string?)(await Read(await RequestToken(persona, "sandbox")))["access_token"];

    private Task<HttpResponseMessage> RequestToken(string persona, string secret) =>
        app.Http.PostAsync("/connect/token", Credentials(persona, secret), Ct);

    private static FormUrlEncodedContent Credentials(string persona, string secret) =>
        Form(("grant_type", "client_credentials"), ("client_id", persona), ("client_secret", secret));

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));

    private async Task<JsonObject> WhoAmI(string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/whoami");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Read(await app.Http.SendAsync(request, Ct));
    }

    private static async Task<JsonObject> Read(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonObject>(Ct))!;

    private static async Task RefusesClient(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("invalid_client", (string?)(await Read(answer))["error"]);
    }
}
