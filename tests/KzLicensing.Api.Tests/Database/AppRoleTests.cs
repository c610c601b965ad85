using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

public sealed class AppRoleTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    public static TheoryData<string> Forbidden =>
    [
        "CREATE TABLE loot (id int)",
        "ALTER TABLE licenses ADD COLUMN loot int",
        "DROP TABLE licenses",
        "CREATE SCHEMA loot",
        "UPDATE journal_entries SET entry = ''",
        "DELETE FROM journal_entries",
        "TRUNCATE journal_entries",
        "DELETE FROM journal_head",
        "UPDATE assessments SET total_kzt = 0",
        "DELETE FROM assessments",
        "TRUNCATE assessments CASCADE",
        "SELECT ensure_reading_months('2026-01-01', '2026-01-31'); DELETE FROM reading_days_2026_01",
        "UPDATE tax_feed SET doc = ''",
        "DELETE FROM finding_acknowledgements",
        "DELETE FROM electricity_purchase_withdrawals",
        "UPDATE standing_purchases SET cost_kzt = 0",
        "UPDATE application_documents SET name = ''",
        "DELETE FROM document_contents",
        "UPDATE hardware_units SET license_number = ''",
        "UPDATE pools SET accredited_from = '2023-04-01'",
        "UPDATE document_types SET required_on_submit = true",
        "ALTER TABLE journal_entries DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ];

    [Theory, MemberData(nameof(Forbidden))]
    public async Task The_application_may_not(string statement)
    {
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        await using var command = source.CreateCommand(statement);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task The_application_may_read_every_table_but_truncate_none()
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command = source.CreateCommand("""
            SELECT count(*) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
              AND (NOT has_table_privilege('registry_app', oid, 'SELECT') OR has_table_privilege('registry_app', oid, 'TRUNCATE'))
            """);

        Assert.Equal(0L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
