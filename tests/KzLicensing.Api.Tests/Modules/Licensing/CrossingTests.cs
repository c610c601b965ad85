using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>Decisions and submissions about the same licenses at once: they take their locks in one order, and wait in no circle.</summary>
public sealed class CrossingTests(TestCluster cluster) : IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc, Today = "2026-03-02";

    private readonly Registry registry = new(cluster);

    public async ValueTask InitializeAsync()
    {
        await registry.InitializeAsync();
        await registry.MoveClock("2026-03-02T06:00:00Z");
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    [Fact]
    public async Task Forty_approvals_and_as_many_submissions_that_cross_meet_in_no_deadlock()
    {
        var crossings = new List<Func<Task<Answer>>>();
        for (var pair = 0; pair < 40; pair++)
        {
            var (kind, mw, from) = pair % 2 == 0 ? ("Amendment", 3, Today) : ("Renewal", 2, "2026-06-01");
            var license = await registry.Licensed(Today, Files.Application(mw: 2, address: $"Crossing {pair}"));
            if (kind == "Renewal") await registry.EndOn(license, "2026-05-31");
            JsonObject Next() => Files.Application(mw: mw, address: $"Crossing {pair}",
                change: b => (b["kind"], b["previousLicenseNumber"]) = (kind, license));
            var (decided, filed) = (await registry.Recommended(Next()), await registry.Draft(Next()));
            crossings.Add(() => registry.Approve(decided, from, $"approver-{pair}"));
            crossings.Add(() => registry.Post(Owner, $"/v1/permit-applications/{filed}/submit"));
            if (pair % 4 == 0) crossings.Add(() => registry.Post(Owner, $"/v1/licenses/{license}/surrender", new { from = "2026-04-01" }));
        }

        var answers = await Task.WhenAll(crossings.Select(send => Task.Run(send)));

        Assert.All(answers, a => Assert.True((int)a.Status is 200 or 409, a.Text));
        Assert.Equal(0, await Deadlocks());
    }

    [Fact]
    public async Task A_command_that_a_deadlock_ended_is_run_once_more_and_has_its_effect_once()
    {
        var application = await registry.Recommended(Files.Application(mw: 2, address: "Once more"));
        var before = await registry.Written();
        await using var rival = await registry.OpenDatabase();
        await using var transaction = await rival.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await Execute(rival, "SET LOCAL deadlock_timeout = '30s'; SELECT FROM capacity_plan FOR UPDATE");
        var approval = registry.Post("approver-1", $"/v1/permit-applications/{application}/approve",
            new { validFrom = Today, reasons = "Agreed." }, "\"4\"", "once-more");
        await Waits();
        await Execute(rival, $"SELECT FROM permit_applications WHERE id = '{application}' FOR UPDATE");
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal("KZ-DM-I-2026-000001", (await approval).Demand(200)["license"].GetProperty("number").GetString());
        Assert.Equal(before + 1, await registry.Written());
        Assert.Equal(3,
            await registry.Sql<int>("SELECT json_array_length(entry::json -> 'facts') FROM journal_entries ORDER BY number DESC LIMIT 1"));
        Assert.Equal(1, await Deadlocks());
    }

    private async Task Waits()
    {
        for (var patience = 0; patience < 100; patience++)
        {
            if (await registry.Sql<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")) return;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>As the server counts them; a connection tells its own when it ends.</summary>
    private async Task<long> Deadlocks()
    {
        await registry.Sql<bool>(
            "SELECT bool_and(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
                + "pg_backend_pid()");
        return await registry.Sql<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
