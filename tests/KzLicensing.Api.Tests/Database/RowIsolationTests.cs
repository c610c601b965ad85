using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>The net below the predicates: with the application's role, SQL that forgets whose rows it may see sees none.</summary>
public sealed class RowIsolationTests(Registry registry) : IClassFixture<Registry>
{
    public static readonly string[] OwnedTables =
    [
        "application_decisions", "application_documents", "application_people", "application_recommendations", "application_versions",
        "assessment_drafts", "assessment_revisions", "assessment_run_payers", "assessment_runs", "assessments", "document_contents",
        "electricity_purchase_withdrawals", "electricity_purchases", "finding_acknowledgements", "hardware_units",
        "information_requests", "metering_point_facts", "metering_points", "permit_applications", "state_fee_receipts", "tax_feed",
    ];

    /// <summary>The authority's own papers: what it drafts, whom it assesses, what its systems pull.</summary>
    private static readonly string[] StaffsOwn = ["assessment_drafts", "assessment_run_payers", "assessment_runs", "tax_feed"];

    public static TheoryData<string> Owned => [.. OwnedTables, "standing_purchases"];

    [Theory]
    [MemberData(nameof(Owned))]
    public async Task Rows_are_seen_by_their_owner_and_by_staff_only(string table)
    {
        await registry.OwnRows();
        Assert.Equal(0, await Count(table, scope: null));
        Assert.Equal(0, await Count(table, Files.Kaspi));
        Assert.Equal(StaffsOwn.Contains(table), await Count(table, Files.Kegoc) == 0);
        Assert.True(await Count(table, "*") > 0);
    }

    [Fact]
    public async Task Every_table_with_owners_is_tried() => Assert.Equal(
        OwnedTables,
        await registry.Sql<string[]>(
            "SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')"));

    private async Task<long> Count(string table, string? scope)
    {
        await using var connection = new NpgsqlConnection(registry.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            $"{(scope is null ? "" : $"SET LOCAL registry.row_scope = '{scope}'; ")}SELECT count(*) FROM {table}", connection, transaction);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
