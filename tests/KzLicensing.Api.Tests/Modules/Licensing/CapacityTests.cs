using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

public sealed class CapacityTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Parallel_approvals_never_exceed_a_ceiling_and_a_refused_one_leaves_nothing()
    {
        var version = (await registry.Get("admin-1", "/v1/capacity-ceilings")).Demand(200).ETag;
        var ceilings = new { items = new[] { new { scope = "region:35", mw = 10, effectiveFrom = "2026-01-01" } } };
        (await registry.Send("admin-1", HttpMethod.Put, "/v1/capacity-ceilings", ceilings, version)).Demand(200);
        var applications = new List<string>();
        for (var i = 0; i < 16; i++) applications.Add(await registry.Recommended(Files.Application(mw: 3, address: $"Race {i}")));
        var before = await registry.Written();

        var answers = await Task.WhenAll(applications.Select((id, i) => registry.Approve(id, "2026-03-02", $"approver-{i}")));

        Assert.Equal(3, answers.Count(a => (int)a.Status == 200));
        foreach (var refused in answers.Where(a => (int)a.Status != 200))
        {
            refused.DemandProblem(409, "capacity-exceeded");
            Assert.Equal(("region:35", 1m), (refused["scope"].GetString(), refused["availableMw"].GetDecimal()));
        }

        Assert.Equal(before + 3, await registry.Written());
        Assert.Equal(3, await registry.Sql<long>("SELECT count(*) FROM licenses"));
        Assert.Equal(3, await registry.Sql<long>("SELECT last FROM number_series WHERE series = 'KZ-DM-I-2026'"));
        Assert.Equal(9000, await registry.Sql<long>("SELECT granted_kw('region:35', '2026-03-02')"));
    }

    [Fact]
    public async Task Overlapping_ceilings_are_refused()
    {
        var version = (await registry.Get("admin-1", "/v1/capacity-ceilings")).Demand(200).ETag;
        var twice = new { items = new[] { new { scope = "country", mw = 10, effectiveFrom = "2026-01-01" }, new { scope = "country", mw = 9, effectiveFrom = "2026-06-01" } } };
        (await registry.Send("admin-1", HttpMethod.Put, "/v1/capacity-ceilings", twice, version)).DemandProblem(409, "ceilings-overlap");
    }
}
