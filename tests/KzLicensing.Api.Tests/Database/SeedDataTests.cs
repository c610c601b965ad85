using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>Each test starts from a database with its reference data.</summary>
public sealed class SeedDataTests(TestCluster cluster) : IAsyncLifetime
{
    private string owner = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => owner = (await cluster.CreateDatabase()).Owner;

    public async ValueTask DisposeAsync() => await cluster.DropDatabase(owner);

    [Fact]
    public async Task A_corrected_reference_row_outlives_the_next_load_and_a_lost_one_comes_back()
    {
        await Scalar("UPDATE mci SET mci_kzt = 1 WHERE effective_from = '2026-01-01'; DELETE FROM mci WHERE effective_from = '2025-01-01'");

        await SeedData.LoadReference(owner, Ct);

        Assert.Equal(1m, await Scalar("SELECT mci_kzt FROM mci WHERE effective_from = '2026-01-01'"));
        Assert.Equal(1L, await Scalar("SELECT count(*) FROM mci WHERE effective_from = '2025-01-01'"));
    }

    [Fact]
    public async Task Two_starters_load_the_demo_once()
    {
        await Task.WhenAll(SeedData.LoadDemo(owner, Ct), SeedData.LoadDemo(owner, Ct));

        Assert.Equal(12L, await Scalar("SELECT count(*) FROM licenses"));
        Assert.Equal(1L, await Scalar("SELECT count(*) FROM journal_entries"));
    }

    [Fact]
    public async Task A_registry_in_use_gets_no_demo()
    {
        await Scalar("UPDATE journal_head SET number = 1");

        await SeedData.LoadDemo(owner, Ct);

        Assert.Equal(0L, await Scalar("SELECT count(*) FROM licenses"));
    }

    private async Task<object?> Scalar(string sql)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct);
    }
}
