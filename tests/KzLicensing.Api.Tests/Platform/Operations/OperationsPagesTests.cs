using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Operations;

/// <summary>Metrics and the pages of the contract are the operators': in Production on a port of their own, or nowhere.</summary>
public sealed class OperationsPagesTests(TestCluster cluster)
{
    private static readonly string[] Theirs =
        ["/metrics", "/Metrics", "/metrics/", "/swagger", "/swagger/index.html", "/SWAGGER/index.html", "/swagger/swagger-ui.css"];

    [Fact]
    public async Task In_production_they_are_not_on_the_public_port()
    {
        await using var registry = await Started(isProduction: true);
        foreach (var path in Theirs) Assert.Equal(404, await Status(registry, path));
        Assert.Equal(200, await Status(registry, "/openapi/v1.json"));
    }

    [Fact]
    public async Task A_port_of_their_own_answers_them_and_nothing_else()
    {
        var port = FreePort();
        await using var registry = await Started(isProduction: true, $"--Operations:Port={port}");
        foreach (var path in Theirs) Assert.Equal(404, await Status(registry, path, host: $"localhost:{port}"));
        foreach (var path in new[] { "/metrics", "/swagger/index.html", "/health/ready", "/openapi/v1.json" })
            Assert.Equal(200, await Status(registry, $"http://127.0.0.1:{port}{path}"));
        foreach (var path in new[] { "/v1/register/licenses", "/V1/register/licenses", "/" })
            Assert.Equal(404, await Status(registry, $"http://127.0.0.1:{port}{path}"));
        Assert.Equal(200, await Status(registry, "/v1/register/licenses"));
    }

    [Fact]
    public async Task Each_has_a_switch()
    {
        await using var registry = await Started(isProduction: false, "--Operations:Metrics=false");
        Assert.Equal((404, 200), (await Status(registry, "/metrics"), await Status(registry, "/swagger/index.html")));
        await using var other = await Started(isProduction: false, "--Operations:Swagger=false");
        Assert.Equal((200, 404), (await Status(other, "/metrics"), await Status(other, "/swagger/index.html")));
    }

    [Fact]
    public async Task Metrics_name_the_database_and_not_how_to_get_there()
    {
        await using var registry = await Started(isProduction: false);
        Assert.Equal(200, await Status(registry, "/v1/register/licenses"));
        var database = new Npgsql.NpgsqlConnectionStringBuilder(registry.AppConnectionString).Database;
        var metrics = await registry.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("pool_name=\"registry\"", metrics, StringComparison.Ordinal);
        // Other tests of this process have their own connections.
        Assert.DoesNotMatch($@"{database}\b", metrics);
    }

    private async Task<Configured> Started(bool isProduction, params string[] settings)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] production =
        [
            "--environment=Production", "--Identity:Authority=https://identity.example.kz",
            "--Register:PublicUrl=https://register.example.kz",
            "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=None",
            $"--Register:SigningKey={key.ExportPkcs8PrivateKeyPem()}",
        ];
        var registry = new Configured(cluster, isProduction ? [.. production, .. settings] : settings);
        await registry.InitializeAsync();
        return registry;
    }

    private static async Task<int> Status(Registry registry, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class Configured(TestCluster cluster, string[] settings) : Registry(cluster)
    {
        protected override string[] Settings => settings;
    }
}
