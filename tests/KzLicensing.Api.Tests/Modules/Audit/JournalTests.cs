using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Audit;

/// <summary>Editing, deleting, swapping, inserting or cutting the tail of the journal is seen, and the first bad entry is named.</summary>
public sealed class JournalTests(TestCluster cluster)
{
    [Theory]
    [InlineData("UPDATE journal_entries SET entry = replace(entry, 'officer', 'nobody') WHERE number = 3", 3)]
    [InlineData("UPDATE journal_entries SET actor = 'somebody' WHERE number = 2", 2)]
    [InlineData("UPDATE journal_entries SET at = at + interval '1 s' WHERE number = 4", 4)]
    [InlineData("DELETE FROM journal_entries WHERE number = 2", 3)]
    [InlineData(
        "UPDATE journal_entries SET number = CASE number WHEN 2 THEN -3 ELSE -2 END WHERE number IN (2, 3); UPDATE journal_entries SET "
            + "number = -number WHERE number < 0", 2)]
    [InlineData("INSERT INTO journal_entries SELECT 5, at, actor, action, subject, entry, hash FROM journal_entries WHERE number = 4", 5)]
    [InlineData("DELETE FROM journal_entries WHERE number = 4", 4)]
    public async Task A_change_to_the_journal_is_named(string tampering, long firstBad)
    {
        await using var registry = new Registry(cluster);
        await registry.InitializeAsync();
        await registry.MoveClock("2026-03-02T06:00:00Z");
        await registry.Recommended();
        Assert.True((await registry.Get("auditor-1", "/v1/audit/verification")).Demand(200)["intact"].GetBoolean());

        await registry.Sql<object>($"ALTER TABLE journal_entries DISABLE TRIGGER ALL; {tampering}; SELECT 1");

        var verified = (await registry.Get("auditor-1", "/v1/audit/verification")).Demand(200);
        Assert.Equal((false, firstBad), (verified["intact"].GetBoolean(), verified["firstBadEntry"].GetInt64()));
    }

    [Fact]
    public async Task Every_write_leaves_exactly_one_entry_and_an_auditor_finds_it()
    {
        await using var registry = new Registry(cluster);
        await registry.InitializeAsync();
        await registry.MoveClock("2026-03-02T06:00:00Z");
        var id = await registry.Recommended();
        Assert.Equal(4, await registry.Written());
        var entries = (await registry.Get("auditor-1", $"/v1/audit/entries?subject=application:{id}&actor=officer-1")).Demand(200);
        Assert.Equal([3, 4], entries["items"].EnumerateArray().Select(e => e.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task A_range_that_ends_before_it_begins_is_refused()
    {
        await using var registry = new Registry(cluster);
        await registry.InitializeAsync();
        var refused = (await registry.Get("auditor-1", "/v1/audit/entries?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z"))
            .DemandProblem(400, "invalid-input");
        Assert.Equal("?to", Assert.Single(refused.Problems).Pointer);
    }
}
