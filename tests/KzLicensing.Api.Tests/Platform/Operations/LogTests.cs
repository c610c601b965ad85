using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Api.Tests.Fixtures;
using KzLicensing.Api.Tests.Platform.Identity;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Operations;

/// <summary>
/// What the real program writes in Production: a JSON object a line from the start to the end, that leads from a problem to its cause and
/// tells on nobody.
/// </summary>
public sealed class LogTests(TestCluster cluster)
{
    private const string Number = "KZ-DM-I-2026-000077", Name = "Aigerim Officer";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_is_json_and_every_request_has_one()
    {
        var (owner, app) = await cluster.CreateDatabase();
        await using var authority = await TestAuthority.Start();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = authority.Token();
        using var program = await RunningProgram.Serve([
            "--environment=Production", $"--ConnectionStrings:Registry={app}", $"--Identity:Authority={authority.Issuer}",
            "--Register:PublicUrl=https://register.example.kz", $"--Register:SigningKey={key.ExportPkcs8PrivateKeyPem()}"]);
        var http = program.Http;

        Assert.Equal(404, (int)(await http.GetAsync($"/v1/register/licenses/{Number}", Ct)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Equal(200, (int)(await http.GetAsync("/v1/permit-applications", Ct)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token + "x");
        Assert.Equal(401, (int)(await http.GetAsync("/v1/permit-applications", Ct)).StatusCode);
        await Execute(owner, "ALTER TABLE permit_applications RENAME TO nowhere");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var broken = await http.GetAsync($"/v1/permit-applications/{Guid.Empty}", Ct);
        var problem = JsonElement.Parse(await broken.Content.ReadAsStringAsync(Ct));

        var (exit, text, errors) = await program.Terminate();
        Assert.Equal((0, ""), (exit, errors));
        var lines = text.TrimEnd().Split('\n').Select(l => JsonElement.Parse(l)).ToList();
        Assert.All(lines, l => Assert.EndsWith("Z", l.GetProperty("timestamp").GetString()!, StringComparison.Ordinal));
        foreach (var secret in new[] { Number, Name, token, token.Split('.')[1], "970740000838", Guid.Empty.ToString() })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);

        Assert.Equal(
            ["GET /v1/register/licenses/{number} 404 none", "GET /v1/permit-applications 200 Officer",
                "GET /v1/permit-applications 401 none", "GET /v1/permit-applications/{id} 500 Officer"],
            lines.Where(l => l.TryGetProperty("durationMs", out _))
                .Select(l => $"{Of(l, "method")} {Of(l, "route")} {l.GetProperty("status").GetInt32()} {Of(l, "roles")}"));
        Assert.Equal(500, (int)broken.StatusCode);
        var cause = Assert.Single(lines, l => l.TryGetProperty("exception", out _)
            && Of(l, "traceId") == problem.GetProperty("traceId").GetString());
        Assert.Contains("42P01", Of(cause, "exception"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_to_start_is_one_line_of_the_same_kind()
    {
        var (exit, output, errors) = await RunningProgram.Run("--environment=Production", "--Limits:RequestsPerCaller=0");

        Assert.Equal((1, ""), (exit, errors));
        var line = JsonElement.Parse(Assert.Single(output.TrimEnd().Split('\n')));
        Assert.Equal("Critical", Of(line, "level"));
        foreach (var name in new[] { "ConnectionStrings__Registry", "Identity__Authority", "Limits__RequestsPerCaller" })
            Assert.Contains(name, Of(line, "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/reading-batches/{id:guid}/errors", "/v1/reading-batches/{id}/errors")]
    [InlineData("/v1/permit-applications/", "/v1/permit-applications")]
    [InlineData("v1/{code?}", "/v1/{code}")]
    [InlineData("/", "/")]
    public void A_route_is_spelled_like_the_document(string pattern, string spelled) => Assert.Equal(spelled, RouteTemplate.Spell(pattern));

    private static string Of(JsonElement line, string member) => line.GetProperty(member).GetString()!;

    private static async Task Execute(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
