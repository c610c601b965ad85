using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

public sealed class HostingTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Hosted_power_never_exceeds_the_hosts()
    {
        var host = await registry.Licensed("2026-03-02", Files.Application(mw: 5, address: "Host"));
        var first = await registry.Recommended(Hosted(host, 3, "Guest 1"));
        var second = await registry.Recommended(Hosted(host, 3, "Guest 2"));

        var answers = await Task.WhenAll(registry.Approve(first, "2026-03-02", "approver-1"), registry.Approve(second, "2026-03-02", "approver-2"));

        var refused = Assert.Single(answers, a => (int)a.Status != 200).DemandProblem(409, "host-capacity-exceeded");
        Assert.Equal(2m, refused["availableMw"].GetDecimal());
        Assert.Equal(5000, await registry.Sql<long>("SELECT granted_kw('country', '2026-03-02')"));
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_refused() =>
        (await registry.Approve(await registry.Recommended(Hosted("KZ-DM-I-2020-000001", 3, "No host")), "2026-03-02")).DemandProblem(409, "host-license-not-active");

    private static System.Text.Json.Nodes.JsonObject Hosted(string host, decimal mw, string address) => Files.Application(Files.Kaspi, mw, address, b =>
    {
        b["subtype"] = "II";
        b["site"]!["hostLicenseNumber"] = host;
        b["stateFee"]!["amountKzt"] = 21625;
    });
}
