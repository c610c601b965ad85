using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>Each test starts from a database without any schema.</summary>
public sealed class MigrationsTests(TestCluster cluster) : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private string owner = null!;

    public async ValueTask InitializeAsync() => owner = (await cluster.CreateDatabase(template: "template0")).Owner;

    public async ValueTask DisposeAsync() => await cluster.DropDatabase(owner);

    [Fact]
    public async Task An_empty_database_lacks_every_migration_in_the_order_of_their_names()
    {
        var pending = await Migrations.Pending(owner, Ct);

        Assert.NotEmpty(pending);
        Assert.Equal(pending.Order(StringComparer.Ordinal), pending);
    }

    [Fact]
    public async Task Of_two_starters_at_once_one_migrates_and_the_other_finds_nothing_to_do()
    {
        var pending = await Migrations.Pending(owner, Ct);

        await Task.WhenAll(Migrations.Apply(owner, Ct), Migrations.Apply(owner, Ct));

        Assert.Empty(await Migrations.Pending(owner, Ct));
        Assert.Equal((long)pending.Count, await Scalar(owner, "SELECT count(*) FROM schema_versions"));
    }

    [Fact]
    public async Task A_migration_that_was_edited_after_it_was_applied_is_refused()
    {
        await Migrations.Apply(owner, Ct);
        var edited =
            (string)(await Scalar(owner, "UPDATE schema_versions SET sha256 = 'other' WHERE script LIKE '%journal%' RETURNING script"))!;

        var atMigration = await Assert.ThrowsAsync<InvalidOperationException>(() => Migrations.Apply(owner, Ct));
        var atStart = await Assert.ThrowsAsync<InvalidOperationException>(() => Migrations.Pending(owner, Ct));

        Assert.Contains(edited, atMigration.Message, StringComparison.Ordinal);
        Assert.Contains(edited, atStart.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_of_itself_behind()
    {
        await Scalar(owner, "CREATE TABLE idempotency_keys ()");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Migrations.Apply(owner, Ct));

        Assert.Contains("platform_create_journal.sql", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await Scalar(owner, "SELECT count(*) FROM schema_versions"));
        Assert.Equal(false, await Scalar(owner, "SELECT to_regclass('journal_entries') IS NOT NULL"));
    }

    [Fact]
    public async Task A_program_that_is_not_upgraded_yet_runs_on_a_schema_that_is()
    {
        await Migrations.Apply(owner, Ct);
        await Scalar(owner, "INSERT INTO schema_versions VALUES ('209912312359_platform_expand_something.sql', 'of a later program')");

        Assert.Empty(await Migrations.Pending(owner, Ct));
        await Migrations.Apply(owner, Ct);
    }

    [Fact]
    public async Task An_owner_without_superuser_rights_is_enough()
    {
        var database = new NpgsqlConnectionStringBuilder(owner);
        await Scalar(owner, $"""
            CREATE ROLE ordinary_owner LOGIN PASSWORD 'ordinary';
            ALTER DATABASE {database.Database} OWNER TO ordinary_owner;
            """);
        (database.Username, database.Password, database.Pooling) = ("ordinary_owner", "ordinary", false);

        await Migrations.Apply(database.ConnectionString, Ct);
        await SeedData.LoadReference(database.ConnectionString, Ct);

        Assert.Empty(await Migrations.Pending(database.ConnectionString, Ct));
    }

    private static async Task<object?> Scalar(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct);
    }
}
