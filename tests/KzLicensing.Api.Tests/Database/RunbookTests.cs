using KzLicensing.Api.Modules.Register;
using KzLicensing.Api.Modules.Register.Certificates;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>What the runbook tells an operator to do is done here, word by word.</summary>
public sealed class RunbookTests(TestCluster cluster)
{
    private const string Owner = "Host=127.0.0.1;Database=registry;Username=registry_owner";

    /// <summary>How many entries are written after the backup.</summary>
    private const int Lost = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registry_comes_back_from_its_backup_with_every_row_isolated_and_a_journal_that_says_what_was_lost()
    {
        await using var postgres = BareCluster.Start();
        using var runbook = new Runbook(postgres);
        runbook.WriteSettings($"{Owner};Port={postgres.Port}");
        runbook.Psql("roles", "postgres", "postgres");
        runbook.Run("keys");
        runbook.Run("migrate");

        runbook.Run("check", "--settings-only");

        var (own, backup, sums) = await LiveAndLose(postgres, runbook);
        runbook.Run("set-aside");
        runbook.Run("restore");

        Assert.Equal(sums, await Sums(postgres));
        runbook.Psql("skip-numbers", "registry_owner", "registry");
        await using var restored = new InstalledRegistry(cluster, postgres, runbook);
        await restored.InitializeAsync();
        var loss = (await restored.Get("auditor-1", "/v1/audit/verification")).Demand(200);
        // What fell due in the meantime may be in the journal already.
        Assert.False(loss["intact"].GetBoolean());
        Assert.InRange(loss["firstBadEntry"].GetInt64(), backup + 1, backup + Lost);
        Assert.Contains("shorter", loss["problem"].GetString(), StringComparison.Ordinal);

        runbook.Run("accept-loss");
        await restored.Minute();
        var whole = (await restored.Get("auditor-1", "/v1/audit/verification")).Demand(200);
        Assert.True(whole["intact"].GetBoolean());
        Assert.Equal(whole["entries"].GetInt64(), whole["checkpoint"].GetInt64());

        await IsolatesRows(restored, own);
        Assert.Equal("A-2026-001003", (await restored.Post(OwnedRows.Owner, "/v1/permit-applications", Files.Application()))
            .Demand(201)["number"].GetString());
    }

    [Fact]
    public void A_signing_key_that_is_changed_goes_on_proving_what_it_signed()
    {
        using var runbook = new Runbook();
        runbook.Run("keys");
        var signing = runbook.Here("/etc/kz-licensing/register-key.pem");
        using var before = new RegisterKeys(new RegisterOptions { SigningKey = signing });

        runbook.Run("rotate");

        using var after = new RegisterKeys(
            new RegisterOptions { SigningKey = signing, RetiredKeys = runbook.Here("/etc/kz-licensing/retired-keys.pem") });
        Assert.NotEqual(before.Id, after.Id);
        var retired = after.Published.Keys.Single(key => key.Kid == before.Id);
        Assert.InRange(DateOnly.FromDateTime(DateTime.UtcNow).DayNumber - retired.RetiredOn!.Value.DayNumber, -1, 0);
    }

    /// <summary>A registry in use is backed up, goes on, signs its journal, and ends.</summary>
    /// <returns>What one miner has in it, the last entry in the backup, and the sums of every table at that moment.</returns>
    private async Task<(OwnedRows Own, long Backup, string[] Sums)> LiveAndLose(BareCluster postgres, Runbook runbook)
    {
        await using var registry = new InstalledRegistry(cluster, postgres, runbook);
        await registry.InitializeAsync();
        var own = await registry.OwnRows();
        var (backup, sums) = (await registry.Written(), await Sums(postgres));
        runbook.Run("backup");
        for (var n = 0; n < Lost; n++) await registry.Draft(Files.Application(address: $"Lost {n}"));
        await registry.Minute();
        return (own, backup, sums);
    }

    private static async Task IsolatesRows(InstalledRegistry restored, OwnedRows own)
    {
        var document = $"/v1/permit-applications/{own.Application}/documents/{own.Document}";
        Assert.Equal("%PDF-1.7\n", (await restored.Get(OwnedRows.Owner, document)).Text);
        (await restored.Get("applicant-" + Files.Kaspi, document)).DemandProblem(404, "document-not-found");
        (await restored.Get("applicant-" + Files.Kaspi, $"/v1/assessments/{own.Assessment}")).DemandProblem(404, "assessment-not-found");

        Assert.Null(await AppRole.Refuse("Registry", restored.Login, Ct));
        await using var source = NpgsqlDataSource.Create(restored.Login);
        await using var count = source.CreateCommand("SELECT count(*) FROM permit_applications");
        Assert.Equal(0L, await count.ExecuteScalarAsync(Ct));
        await using var rewrite = source.CreateCommand("UPDATE journal_entries SET entry = ''");
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
            (await Assert.ThrowsAsync<PostgresException>(() => rewrite.ExecuteNonQueryAsync(Ct))).SqlState);
    }

    /// <summary>Of every table how many rows it has, and what they come to.</summary>
    private static async Task<string[]> Sums(BareCluster postgres)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString("registry"));
        await using var command = source.CreateCommand("""
            SELECT array_agg(relname || ': ' || (xpath('//n/text()', query_to_xml(
                       format('SELECT count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS n FROM %I t',
                       relname), false, true, '')))[1]
                   ORDER BY relname)
              FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
            """);
        return (string[])(await command.ExecuteScalarAsync(Ct))!;
    }

    /// <summary>Told what the runbook's settings say, with people of the sandbox.</summary>
    private sealed class InstalledRegistry(TestCluster cluster, BareCluster postgres, Runbook runbook) : Registry(cluster)
    {
        private static readonly string[] Told = ["Register", "Documents", "Journal"];

        public string Login => $"{runbook.Settings()["ConnectionStrings__Registry"]};Port={postgres.Port}";

        protected override string ConnectionString => Login;

        protected override string OwnerConnectionString => postgres.ConnectionString("registry");

        protected override string[] Settings =>
            [.. runbook.Settings().Where(s => Told.Contains(s.Key.Split("__")[0]))
                .Select(s => $"--{s.Key.Replace("__", ":", StringComparison.Ordinal)}={s.Value}")];

        /// <summary>What its timer does every minute.</summary>
        public Task Minute() => Hosted<CheckpointWriter>().Sign(Ct);
    }
}
