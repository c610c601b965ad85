using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>
/// Through PgBouncer in transaction mode, where a connection to Postgres belongs to nobody for longer than a transaction.
/// </summary>
public sealed class PoolerTests(TestCluster cluster) : IAsyncLifetime
{
    private const string Missing = "PgBouncer is not installed (Debian: apt-get install pgbouncer).";

    private readonly PooledRegistry registry = new(cluster);

    public static bool Installed => PgBouncer.Installed;

    public static bool LosesStatements => PgBouncer.Installed && !PgBouncer.KeepsStatements;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => Installed ? registry.InitializeAsync() : default;

    public ValueTask DisposeAsync() => Installed ? registry.DisposeAsync() : default;

    [Fact(Skip = Missing, SkipUnless = nameof(Installed))]
    public Task The_main_job_runs_through_a_pooler() =>
        new MainJobTests(registry).An_application_becomes_a_license_and_its_electricity_an_assessment_that_a_tax_system_pulls_once();

    [Fact(Skip = Missing, SkipUnless = nameof(Installed))]
    public async Task Two_miners_and_an_officer_on_shared_connections_see_what_is_theirs()
    {
        string[] miners = [Files.Kegoc, Files.KazMunayGas];
        foreach (var miner in miners) await registry.Draft(Files.Application(bin: miner));

        await Task.WhenAll(Enumerable.Range(0, 12).Select(async turn =>
        {
            foreach (var _ in Enumerable.Range(0, 25))
            {
                if (turn % 3 == 2) Assert.True((await Applicants("officer-1")).Count >= 2);
                else Assert.Equal([miners[turn % 3]], (await Applicants($"applicant-{miners[turn % 3]}")).Distinct());
            }
        }));
        await Task.WhenAll(miners.Concat(miners)
            .Select((miner, n) => registry.Draft(Files.Application(bin: miner, address: $"Written at once {n}"))));

        foreach (var miner in miners) Assert.Equal([miner, miner, miner], await Applicants($"applicant-{miner}"));
    }

    [Fact(Skip = Missing, SkipUnless = nameof(Installed))]
    public async Task No_connection_of_the_pooler_remembers_whom_it_served()
    {
        foreach (var miner in new[] { Files.Kegoc, Files.KazMunayGas }) await registry.Recommended(Files.Application(bin: miner));
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(registry.Through) { MaxAutoPrepare = 0 });

        // All of them are held at once, so each is looked at.
        var held = new List<(NpgsqlConnection Connection, NpgsqlTransaction Transaction)>();
        var processes = new HashSet<int>();
        for (var n = 0; n < PgBouncer.Connections; n++)
        {
            var connection = await source.OpenConnectionAsync(Ct);
            held.Add((connection, await connection.BeginTransactionAsync(Ct)));
            await using var command = new NpgsqlCommand(
                "SELECT pg_backend_pid(), coalesce(current_setting('registry.row_scope', true), ''), (SELECT count(*) FROM "
                    + "permit_applications)", connection);
            await using var row = await command.ExecuteReaderAsync(Ct);
            await row.ReadAsync(Ct);
            processes.Add(row.GetInt32(0));
            Assert.Equal(("", 0L), (row.GetString(1), row.GetInt64(2)));
        }

        Assert.Equal(PgBouncer.Connections, processes.Count);
        foreach (var (connection, transaction) in held)
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }

    [Fact(Skip = "This PgBouncer keeps prepared statements, or is not installed.", SkipUnless = nameof(LosesStatements))]
    public async Task The_service_does_not_start_where_prepared_statements_get_lost()
    {
        Assert.Contains("Max Auto Prepare=0", await Pooler.Refuse("Registry", registry.Through, Ct), StringComparison.Ordinal);
        Assert.Equal(1, await Verbs.Serve(
            ["--environment=Development", $"--ConnectionStrings:Registry={registry.Through}", "--urls=http://127.0.0.1:0"]));

        Assert.Null(await Pooler.Refuse("Registry", $"{registry.Through};Max Auto Prepare=0", Ct));
        Assert.Null(await Pooler.Refuse("Registry", registry.AppConnectionString, Ct));
    }

    [Fact(Skip = Missing, SkipUnless = nameof(Installed))]
    public async Task Migrations_are_not_run_through_a_pooler()
    {
        await using var bouncer = await PgBouncer.Before(registry.Owner);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Migrations.Apply(bouncer.ConnectionString, Ct));

        Assert.Contains("ConnectionStrings__Owner", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Skip = Missing, SkipUnless = nameof(Installed))]
    public async Task No_statement_is_compiled_though_a_pooler_takes_no_options()
    {
        await using var source = NpgsqlDataSource.Create($"{registry.Through};Max Auto Prepare=0");
        await using var db = new Db(source, Actor.Registry);

        Assert.Equal("off", await db.One<string>("SELECT current_setting('jit')", new { }, Ct));
    }

    private async Task<List<string>> Applicants(string persona)
    {
        var page = (await registry.Get(persona, "/v1/permit-applications?limit=100")).Demand(200);
        return [.. page["items"].EnumerateArray().Select((JsonElement a) => a.GetProperty("applicantBin").GetString()!)];
    }

    private sealed class PooledRegistry(TestCluster cluster) : Registry(cluster)
    {
        private PgBouncer bouncer = null!;

        /// <summary>
        /// The application's way through the pooler, as it was written down by somebody who knows nothing of prepared statements.
        /// </summary>
        public string Through => bouncer.ConnectionString;

        public string Owner => OwnerConnectionString;

        protected override string ConnectionString => PgBouncer.KeepsStatements ? Through : $"{Through};Max Auto Prepare=0";

        protected override async Task Prepare() => bouncer = await PgBouncer.Before(AppConnectionString, statements: 100);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await bouncer.DisposeAsync();
        }
    }
}
