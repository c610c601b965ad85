using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

/// <summary>
/// Whole lists wait for each other: each takes a processor for a while, and all of them at once would take everything from everybody.
/// </summary>
public sealed class ManyListsTests(ManyListsTests.SmallRegistry registry) : IClassFixture<ManyListsTests.SmallRegistry>
{
    private const int Callers = 24;
    private const string Hours = "/v1/metering-points/MANY-1/consumption?from=2020-01-01&to=2030-01-01&step=hour";

    public sealed class SmallRegistry(TestCluster cluster) : Registry(cluster)
    {
        protected override string[] Settings => [$"--ConnectionStrings:Registry={AppConnectionString};Maximum Pool Size=10"];
    }

    [Fact]
    public async Task Many_callers_get_their_lists_at_once_and_nobody_lacks_a_connection_meanwhile()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("MANY-1"));
        foreach (var caller in Enumerable.Range(1, Callers)) await registry.BearerOf($"tax-{caller}");

        var lists = Task.WhenAll(Enumerable.Range(1, Callers)
            .Select(caller => registry.Send($"tax-{caller}", HttpMethod.Get, Hours, accept: "application/x-ndjson")));
        do (await registry.Get("officer-1", "/v1/permit-applications")).Demand(200);
        while (!lists.IsCompleted);

        Assert.All(await lists, list => list.Demand(200));
    }
}
