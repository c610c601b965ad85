using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

public sealed class FeedTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_transition_is_told_once_in_commit_order_and_other_things_are_not()
    {
        var (_, start) = await Follow(null);
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Feed"));
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("FEED-1", license: number))).Demand(201);
        (await registry.Post("applicant-" + Files.Kegoc, $"/v1/licenses/{number}/surrender", new { from = "2026-04-01" })).Demand(200);

        var (actions, cursor) = await Follow(start);
        Assert.Equal(["CreateApplication", "SubmitApplication", "StartReview", "RecommendDecision", "ApproveApplication",
            "SurrenderLicense"], actions);
        Assert.Empty((await registry.Get("tax-1", $"/v1/licensing-feed?after={cursor}")).Demand(200)["items"].EnumerateArray());
        (await registry.Get("tax-1", "/v1/licensing-feed?after=nonsense")).DemandProblem(400, "cursor-invalid");
        (await registry.Get("applicant-" + Files.Kegoc, "/v1/licensing-feed")).DemandProblem(403, "permission-missing");
    }

    [Fact]
    public async Task Applications_and_licenses_open_in_a_spreadsheet()
    {
        await registry.Licensed("2026-03-02", Files.Application(Files.Halyk, address: "=1+1"));
        var applications = (await registry.GetCsv("applicant-" + Files.Halyk, "/v1/permit-applications")).Demand(200);
        var licenses = (await registry.GetCsv("applicant-" + Files.Halyk, "/v1/licenses")).Demand(200);
        Assert.All([applications, licenses], csv => Assert.Equal("text/csv", csv.ContentType));
        Assert.Equal((2, 2), (applications.Text.Trim().Split("\r\n").Length, licenses.Text.Trim().Split("\r\n").Length));
        Assert.True(licenses.Text.Contains(",'=1+1,", StringComparison.Ordinal), licenses.Text);
    }

    /// <summary>Reads in pieces of two from a cursor to the end, as a system that has seen all before it.</summary>
    private async Task<(List<string> Actions, string? Cursor)> Follow(string? cursor)
    {
        var actions = new List<string>();
        for (var more = true; more;)
        {
            var page = (await registry.Get("tax-1", $"/v1/licensing-feed?limit=2{(cursor is null ? "" : $"&after={cursor}")}")).Demand(200);
            actions.AddRange(page["items"].EnumerateArray().Select(i => i.GetProperty("action").GetString()!));
            (cursor, more) = (page["nextCursor"].GetString(), page["hasMore"].GetBoolean());
        }

        return (actions, cursor);
    }
}
