using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>What the program's role may change, and why; whatever is not written here it may not.</summary>
public sealed class AppRoleTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    /// <summary>A new grant is written here with its reason, or it fails.</summary>
    private static readonly Dictionary<string, string> Rights = new()
    {
        ["INSERT permit_applications"] = "an applicant drafts one",
        ["UPDATE permit_applications (all but applicant_bin, created_at, created_by, id, number)"] =
            "a draft is replaced, and every transition moves it; whose it is, is said once",
        ["INSERT application_people"] = "whoever edits, answers or reviews takes a side; for good",
        ["INSERT application_recommendations"] = "the first officer recommends; for good",
        ["INSERT application_decisions"] = "the second officer decides; for good",
        ["INSERT application_documents"] = "a document is added; for good",
        ["INSERT document_contents"] = "its bytes, where no folder keeps them",
        ["INSERT information_requests"] = "an officer asks",
        ["UPDATE information_requests (answers, closed_as, closed_at)"] = "the applicant answers, or the round ends without",
        ["INSERT licenses"] = "an approval makes one",
        ["UPDATE licenses (version)"] = "every event counts it up; holder and term are said once",
        ["INSERT license_versions"] = "a re-issue or a reduction makes an edition",
        ["UPDATE license_versions (effective_until)"] = "the next edition ends the one before",
        ["INSERT license_events"] = "suspended, resumed, revoked, surrendered; for good",
        ["INSERT capacity_movements (all but id)"] = "power is granted and given back; for good",
        ["INSERT capacity_ceilings"] = "an administrator replaces the whole plan",
        ["DELETE capacity_ceilings"] = "an administrator replaces the whole plan",
        ["UPDATE capacity_plan (version)"] = "the version that the next one must have seen",
        ["INSERT hardware_units"] = "a miner registers machines",
        ["UPDATE hardware_units (registered_until)"] = "machines are removed, or their license ends",
        ["INSERT pools"] = "a pool is accredited",
        ["UPDATE pools (revocation_act, revoked_from, version)"] = "the accreditation is revoked",

        ["INSERT metering_points"] = "a grid operator registers a point",
        ["UPDATE metering_points (version)"] = "every fact counts it up",
        ["INSERT metering_point_facts"] = "payer, source, meter by date; for good",
        ["INSERT reading_batches"] = "the receipt of a file; for good",
        ["INSERT reading_batch_errors"] = "its refused lines; for good",
        ["INSERT reading_days"] = "a day's first readings",
        ["UPDATE reading_days (all but day, metering_point_id)"] = "later readings of the same day",
        ["INSERT reading_day_history"] = "what they superseded; for good",
        ["INSERT reading_message_hours"] = "of which hours a message has spoken; for good",
        ["INSERT electricity_purchases"] = "a purchase; for good",
        ["INSERT electricity_purchase_withdrawals"] = "a wrong one stops counting; for good",
        ["INSERT finding_acknowledgements"] = "an officer has seen a finding; for good",

        ["INSERT assessment_runs"] = "a tax officer asks for a run",
        ["UPDATE assessment_runs (failure, finished_at, input_fingerprint, status, total_kzt, version, done)"] = "the worker's progress",
        ["INSERT assessment_run_payers"] = "whom the run is about",
        ["UPDATE assessment_run_payers (detail, outcome)"] = "what it came to for each",
        ["INSERT assessment_drafts"] = "the run drafts",
        ["UPDATE assessment_drafts (revision)"] = "Postgres asks a right to one column of who locks a row; nothing updates it",
        ["DELETE assessment_drafts"] = "issued, or drafted anew",
        ["INSERT assessments"] = "issued; for good",
        ["INSERT assessment_revisions"] = "every state of it; for good",
        ["INSERT tax_feed"] = "what changed; for good",

        ["INSERT number_series"] = "the first number of a year",
        ["UPDATE number_series (last)"] = "the next one; a trigger lets it count forward only",
        ["INSERT idempotency_keys"] = "a request claims its key",
        ["UPDATE idempotency_keys (fingerprint, reply, subject)"] = "and keeps its reply",
        ["DELETE idempotency_keys"] = "after their days",
    };

    /// <summary>What runs with the owner's rights when the program asks for it.</summary>
    private static readonly Dictionary<string, string> Lent = new()
    {
        ["append_journal"] = "one more entry, numbered and chained by the database; the only way into the journal",
        ["ensure_reading_months"] = "tables of months, for the years that readings can be of",
        ["keep_application_version"] = "a trigger: every version of an application, as it was",
        ["machines_elsewhere"] = "whether a machine stands in somebody else's license, and nothing more about it",
        ["move_capacity"] = "the trigger that keeps the daily sums of capacity; the only way to them",
        ["pays_for"] = "asked by the policies of row-level security, which it would ask itself",
        ["spend_receipt"] = "a trigger: a receipt is used once its application is filed",
    };

    public static TheoryData<string> Forbidden =>
    [
        "CREATE TABLE loot (id int)",
        "ALTER TABLE licenses ADD COLUMN loot int",
        "DROP TABLE licenses",
        "CREATE SCHEMA loot",
        "UPDATE cursor_secret SET secret = sha256(secret)",
        "DELETE FROM cursor_secret",
        "UPDATE journal_entries SET entry = ''",
        "DELETE FROM journal_entries",
        "TRUNCATE journal_entries",
        "INSERT INTO journal_entries SELECT number + 1, at, actor, action, subject, entry, hash FROM journal_entries",
        "UPDATE journal_head SET number = 0",
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
        "INSERT INTO application_versions SELECT id, 99, 'Approved', 'x' FROM permit_applications",
        "DELETE FROM application_people",
        "UPDATE application_people SET side = 'Ministry'",
        "INSERT INTO state_fee_receipts SELECT '970740000838', 'pay-1', id FROM permit_applications",
        "DELETE FROM state_fee_receipts",
        "UPDATE pools SET accredited_from = '2023-04-01'",
        "UPDATE document_types SET required_on_submit = true",
        "UPDATE licenses SET bin = '020240000555'",
        "UPDATE licenses SET valid_to = '2099-12-31'",
        "UPDATE permit_applications SET applicant_bin = '020240000555'",
        "UPDATE mci SET mci_kzt = 1",
        "INSERT INTO holidays VALUES ('2026-05-04', 'day-off', false, 'Mine', 'me')",
        "DELETE FROM legal_parameters",
        "UPDATE tariffs SET rules = '[]' WHERE status = 'Adopted'",
        "UPDATE capacity_days SET kw = 0",
        "INSERT INTO capacity_days (scope, on_day, kw) VALUES ('country', '2026-01-01', -1)",
        "SELECT count_capacity(ARRAY['country'], -1, '2026-01-01', '2026-01-02')",
        "INSERT INTO capacity_unhosted (host, counts_from, counts_until) VALUES ('', '2026-01-01', '2026-01-02')",
        "DELETE FROM capacity_unhosted",
        "UPDATE capacity_movements SET kw = 1",
        "INSERT INTO capacity_movements (id) VALUES (gen_random_uuid())",
        "UPDATE capacity_ceilings SET kw = 1",
        "DELETE FROM capacity_plan",
        "ALTER TABLE journal_entries DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Forbidden))]
    public async Task The_application_may_not(string statement)
    {
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        await using var command = source.CreateCommand(statement);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Ct));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task Every_right_of_the_application_to_change_something_is_listed_with_its_reason()
    {
        var granted = (await Column(RightsSql)).ToHashSet();
        var listed = Rights.Keys.Select(InOrder).ToHashSet();

        Assert.True(granted.SetEquals(listed),
            $"Not listed: {string.Join("; ", granted.Except(listed))}. Listed, but not granted: "
                + $"{string.Join("; ", listed.Except(granted))}.");
    }

    [Fact]
    public async Task Every_function_with_the_owners_rights_is_listed_with_its_reason_and_pins_its_search_path()
    {
        Assert.Equal(Lent.Keys.Order(), await Column("""
            SELECT DISTINCT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1
            """));
        Assert.Empty(await Column("""
            SELECT proname::text FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND prosecdef
               AND NOT coalesce(proconfig && ARRAY['search_path=public, pg_temp'], false)
            """));
    }

    [Fact]
    public async Task The_application_may_read_every_table_but_truncate_none()
    {
        Assert.Empty(await Column("""
            SELECT relname::text FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
              AND (NOT has_table_privilege('registry_app', oid, 'SELECT') OR has_table_privilege('registry_app', oid, 'TRUNCATE'))
            """));
    }

    [Fact]
    public async Task A_new_table_can_be_read_and_not_changed()
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command = source.CreateCommand("""
            CREATE TABLE fresh (id int GENERATED ALWAYS AS IDENTITY);
            SELECT has_table_privilege('registry_app', 'fresh', 'SELECT')
                   AND NOT has_table_privilege('registry_app', 'fresh', 'INSERT, UPDATE, DELETE');
            """);

        Assert.Equal(true, await command.ExecuteScalarAsync(Ct));
        await using var drop = source.CreateCommand("DROP TABLE fresh");
        await drop.ExecuteNonQueryAsync(Ct);
    }

    [Theory]
    [InlineData("UPDATE number_series SET last = last - 1", "number_series_count_forward")]
    [InlineData("UPDATE number_series SET last = last", "number_series_count_forward")]
    [InlineData("INSERT INTO number_series VALUES ('B', -5)", "number_series_begin_with_one")]
    public async Task No_number_is_given_twice(string statement, string claim)
    {
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        await using var command = source.CreateCommand($"INSERT INTO number_series VALUES ('A', 7); {statement}");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Ct));

        Assert.Equal(claim, refused.ConstraintName);
    }

    [Theory]
    [InlineData("1000-01-01", "1000-01-31")]
    [InlineData("2026-01-01", "2102-01-31")]
    public async Task No_month_is_made_that_readings_cannot_be_of(string first, string last)
    {
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        await using var command = source.CreateCommand($"SELECT ensure_reading_months('{first}', '{last}')");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Ct));

        Assert.Equal(PostgresErrorCodes.DatetimeFieldOverflow, refused.SqlState);
    }

    /// <summary>The columns of a right in the order of the alphabet, as the query names them.</summary>
    private static string InOrder(string right) =>
        right.Split(" (") is [var what, var columns] && !columns.StartsWith("all", StringComparison.Ordinal)
        ? $"{what} ({string.Join(", ", columns.TrimEnd(')').Split(", ").Order(StringComparer.Ordinal))})"
        : right;

    private async Task<List<string>> Column(string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync(Ct);
        var column = new List<string>();
        while (await rows.ReadAsync(Ct)) column.Add(rows.GetString(0));
        return column;
    }

    /// <summary>INSERT and UPDATE by the columns that they reach; the shorter of the two lists says which.</summary>
    private const string RightsSql = """
        WITH tables AS (
            SELECT oid, relname FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition),
        columns AS (
            SELECT t.oid, t.relname, p.privilege, count(*) AS all_columns,
                   array_agg(a.attname ORDER BY a.attname COLLATE "C") FILTER
                   (WHERE has_column_privilege('registry_app', t.oid, a.attnum, p.privilege)) AS may,
                   array_agg(a.attname ORDER BY a.attname COLLATE "C") FILTER
                   (WHERE NOT has_column_privilege('registry_app', t.oid, a.attnum, p.privilege)) AS may_not
              FROM tables t
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
             CROSS JOIN (VALUES ('INSERT'), ('UPDATE')) AS p(privilege)
             GROUP BY t.oid, t.relname, p.privilege)
        SELECT privilege || ' ' || relname || CASE
                   WHEN may_not IS NULL THEN CASE privilege WHEN 'INSERT' THEN '' ELSE ' (all)' END
                   WHEN cardinality(may) > cardinality(may_not)
                   THEN ' (all but ' || array_to_string(may_not, ', ') || ')'
                   ELSE ' (' || array_to_string(may, ', ') || ')' END
          FROM columns WHERE may IS NOT NULL
        UNION ALL
        SELECT 'DELETE ' || relname FROM tables WHERE has_table_privilege('registry_app', oid, 'DELETE')
        """;
}
