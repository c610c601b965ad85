using System.Diagnostics;
using System.Net;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Operations;

/// <summary>Whoever distributes requests is told first; nobody's request is dropped for the program's leave.</summary>
public sealed class DrainTests(TestCluster cluster)
{
    [Fact]
    public async Task Told_to_stop_it_is_not_ready_but_serves_until_the_time_is_over()
    {
        await using var registry = new Leaving(cluster);
        await registry.InitializeAsync();
        (await registry.Get(null, "/health/ready")).Demand(200);

        var told = Stopwatch.GetTimestamp();
        var end = registry.Stop();
        Assert.Equal("stopping", (await registry.Get(null, "/health/ready")).Demand(503)["status"].GetString());
        (await registry.Get(null, "/v1/register/licenses")).Demand(200);
        Assert.False(end.IsCompleted);

        await end;
        Assert.InRange(Stopwatch.GetElapsedTime(told).TotalSeconds, 1.9, 20);
        await Assert.ThrowsAsync<HttpRequestException>(() => registry.Get(null, "/health/live"));
    }

    [Fact]
    public async Task A_request_under_way_ends_after_the_door_is_closed()
    {
        await using var registry = new Leaving(cluster);
        await registry.InitializeAsync();
        await registry.BearerOf("grid-1");
        await using var lockedOut = await registry.OpenDatabase();
        await using var hold = await lockedOut.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new Npgsql.NpgsqlCommand("LOCK TABLE licenses", lockedOut, hold)) await command.ExecuteNonQueryAsync(
            TestContext.Current.CancellationToken);
        var underWay = registry.Get(null, "/v1/register/licenses");

        var end = registry.Stop();
        await Task.Delay(2_500, TestContext.Current.CancellationToken);
        Assert.False(underWay.IsCompleted);
        await hold.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, (await underWay).Status);
        await end;
    }

    private sealed class Leaving(TestCluster cluster) : Registry(cluster)
    {
        protected override string[] Settings => ["--Shutdown:DrainSeconds=2"];

        public Task Stop() => Leave();
    }
}
