using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>A streaming replica answers what may lag, shows nobody less than the own writes, and takes over without losing any.</summary>
public sealed class ReplicaTests(TestCluster cluster, ReplicatedCluster servers) : IClassFixture<ReplicatedCluster>, IAsyncLifetime
{
    private const string Applications = "/v1/permit-applications?limit=1000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ReplicatedRegistry registry = new(cluster, servers);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => registry.InitializeAsync();

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    [Fact]
    public async Task A_replica_answers_what_may_lag_shows_everybody_the_own_writes_and_loses_none_when_it_takes_over()
    {
        await A_replica_is_asked_and_nobody_is_behind_the_own_writes();
        await A_cursor_that_is_ahead_of_the_replica_is_not_of_another_history();
        await Nothing_acknowledged_is_lost_when_the_replica_takes_over();
    }

    private async Task A_replica_is_asked_and_nobody_is_behind_the_own_writes()
    {
        await servers.Execute(servers.StandbyOwner, "SELECT pg_wal_replay_pause()");
        var miner = $"applicant-{Files.Kegoc}";
        var written = (await registry.Post(miner, "/v1/permit-applications", Files.Application(address: "Behind"))).Demand(201);
        var id = written["id"].GetString()!;
        var number = written.Headers.GetValues(LaggingReads.Header).Single();

        Assert.Contains(id, await Read("officer-1", Applications, seen: number), StringComparison.Ordinal);
        Assert.Contains(id, await Read("officer-1", Applications, seen: "what?"), StringComparison.Ordinal);
        Assert.Contains(id, await Read(miner, Applications), StringComparison.Ordinal);
        Assert.DoesNotContain(id, await Read("officer-1", Applications), StringComparison.Ordinal);

        await servers.Execute(servers.StandbyOwner, "SELECT pg_wal_replay_resume()");
        await Until(async () => (await Read("officer-1", Applications)).Contains(id, StringComparison.Ordinal));
    }

    private async Task A_cursor_that_is_ahead_of_the_replica_is_not_of_another_history()
    {
        await servers.Execute(servers.StandbyOwner, "SELECT pg_wal_replay_pause()");
        var written = (await registry.Post($"applicant-{Files.Kegoc}", "/v1/permit-applications", Files.Application(address: "Ahead")))
            .Demand(201);
        var page = JsonElement.Parse(
            await Read("tax-1", "/v1/licensing-feed?limit=1000", written.Headers.GetValues(LaggingReads.Header).Single()));

        var rest = await Read("tax-1", $"/v1/licensing-feed?after={page.GetProperty("nextCursor").GetString()}");

        Assert.Empty(JsonElement.Parse(rest).GetProperty("items").EnumerateArray());
        await servers.Execute(servers.StandbyOwner, "SELECT pg_wal_replay_resume()");
    }

    private async Task Nothing_acknowledged_is_lost_when_the_replica_takes_over()
    {
        await servers.CommitOnBoth();
        await registry.BearerOf($"applicant-{Files.Kegoc}");
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentBag<string>();
        var writers = Enumerable.Range(0, 4).Select(n => Task.Run(() => WriteOn(n, acknowledged, stop.Token), Ct)).ToList();
        await Until(() => Task.FromResult(acknowledged.Count > 40));

        servers.KillPrimary();
        servers.Promote();
        var before = acknowledged.Count;
        await Until(() => Task.FromResult(acknowledged.Count > before + 40));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        await using var source = NpgsqlDataSource.Create(servers.StandbyOwner);
        await using var command = source.CreateCommand("SELECT count(*) FROM permit_applications WHERE id = ANY($1)");
        command.Parameters.AddWithValue(acknowledged.Select(Guid.Parse).ToArray());
        Assert.Equal((long)acknowledged.Count, await command.ExecuteScalarAsync(Ct));
    }

    /// <summary>One draft after the other; what is not acknowledged is nobody's promise.</summary>
    private async Task WriteOn(int writer, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var answer = await registry.Post($"applicant-{Files.Kegoc}", "/v1/permit-applications",
                Files.Application(address: $"Street {writer}, {n}"));
            if ((int)answer.Status == 201) acknowledged.Add(answer["id"].GetString()!);
            else await Task.Delay(50, CancellationToken.None);
        }
    }

    private async Task<string> Read(string persona, string path, string? seen = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await registry.BearerOf(persona));
        if (seen is not null) request.Headers.Add(LaggingReads.Header, seen);
        using var response = await registry.Http.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    private static async Task Until(Func<Task<bool>> happened)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await happened()) await Task.Delay(50, patience.Token);
    }

    private sealed class ReplicatedRegistry(TestCluster cluster, ReplicatedCluster servers) : Registry(cluster)
    {
        protected override string ConnectionString => servers.Registry;

        protected override string[] Settings => [$"--ConnectionStrings:Reads={servers.Reads}"];
    }
}
