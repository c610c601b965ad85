using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Audit;

/// <summary>
/// After a restored backup the same numbers stand for other entries: a reader with a cursor of the lost history is told so.
/// </summary>
public sealed class RestoreTests(TestCluster cluster) : IAsyncLifetime
{
    private const string LicensingFeed = "/v1/licensing-feed?limit=2", Entries = "/v1/audit/entries?limit=2";

    private readonly Registry registry = new(cluster);

    public async ValueTask InitializeAsync()
    {
        await registry.InitializeAsync();
        await registry.MoveClock("2026-04-05T06:00:00Z");
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    [Theory]
    [InlineData("tax-1", LicensingFeed, "after")]
    [InlineData("auditor-1", Entries, "cursor")]
    public async Task A_cursor_names_the_entry_that_it_stands_behind(string reader, string list, string parameter)
    {
        await registry.Recommended();
        await registry.Draft(Files.Application(address: "Before"));
        var kept = await NextCursor(reader, list);
        var lost = await NextCursor(reader, $"{list}&{parameter}={kept}");
        await Restore(2);

        // There is no such entry, then another one; what stands behind the backup goes on.
        (await registry.Get(reader, $"{list}&{parameter}={lost}")).DemandProblem(410, "cursor-of-another-history");
        foreach (var address in new[] { "After 1", "After 2", "After 3", "After 4" })
            await registry.Draft(Files.Application(address: address));
        (await registry.Get(reader, $"{list}&{parameter}={lost}")).DemandProblem(410, "cursor-of-another-history");
        Assert.Equal(2, (await registry.Get(reader, $"{list}&{parameter}={kept}")).Demand(200)["items"].GetArrayLength());
    }

    [Fact]
    public async Task The_history_of_an_application_does_the_same()
    {
        var id = await registry.Recommended();
        var history = $"/v1/permit-applications/{id}/history?limit=3";
        var lost = await NextCursor("officer-1", history);
        await Restore(2);
        await registry.Draft(Files.Application(address: "After"));

        (await registry.Get("officer-1", $"{history}&cursor={lost}")).DemandProblem(410, "cursor-of-another-history");
    }

    [Fact]
    public async Task A_tax_system_that_is_told_so_reads_again_from_the_start_and_misses_nothing()
    {
        await Issue("TAX-1");
        var backup = await registry.Written();
        var known = await NextCursor("tax-1", "/v1/tax-feed/assessments");
        await Issue("TAX-2");
        var lost = await NextCursor("tax-1", $"/v1/tax-feed/assessments?after={known}");
        Assert.NotEqual(known, lost);
        await Restore(backup);
        foreach (var other in Enumerable.Range(0, 40)) await registry.Draft(Files.Application(address: $"Other {other}"));

        var refused = (await registry.Get("tax-1", $"/v1/tax-feed/assessments?after={lost}"))
            .DemandProblem(410, "cursor-of-another-history");
        Assert.Contains("without a cursor", refused["detail"].GetString(), StringComparison.Ordinal);
        Assert.Single((await registry.Get("tax-1", "/v1/tax-feed/assessments")).Demand(200)["items"].EnumerateArray());
        Assert.Empty((await registry.Get("tax-1", $"/v1/tax-feed/assessments?after={known}")).Demand(200)["items"].EnumerateArray());
    }

    private async Task<string> NextCursor(string reader, string list)
    {
        var page = (await registry.Get(reader, list)).Demand(200);
        return page["nextCursor"].GetString()!;
    }

    /// <summary>A point with a quarter of readings, and what it owes issued.</summary>
    private async Task Issue(string code)
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code))).Demand(201);
        (await registry.Upload(Files.Readings(code, new DateOnly(2026, 1, 1), 90))).Demand(201);
        await registry.Run("2026-Q1");
        foreach (var draft in await registry.Assessments("period=2026-Q1&status=Draft"))
            (await registry.Post("tax-2", $"/v1/assessments/{draft.GetProperty("id").GetString()}/issue", ifMatch: "\"1\"")).Demand(200);
    }

    /// <summary>What the books look like in a backup that was made after this entry.</summary>
    private Task<int> Restore(long number) => registry.Sql<int>($"""
        ALTER TABLE journal_entries DISABLE TRIGGER USER;
        ALTER TABLE tax_feed DISABLE TRIGGER USER;
        DELETE FROM tax_feed WHERE number > {number};
        DELETE FROM journal_entries WHERE number > {number};
        UPDATE journal_head SET number = {number}, hash = (SELECT hash FROM journal_entries WHERE number = {number});
        SELECT 1
        """);
}
