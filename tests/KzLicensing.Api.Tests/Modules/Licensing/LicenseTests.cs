using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>What happens to a license after its issue, and what it is on any day.</summary>
public sealed class LicenseTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc, Stranger = "applicant-" + Files.Kaspi;

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_suspension_may_lie_ahead_or_behind_and_holds_through_its_last_day()
    {
        var number = await Licensed("Suspend");
        await registry.MoveClock("2026-07-10T06:00:00Z");
        (await Suspend(number, "2026-05-01", "2026-05-31")).Demand(200);
        (await Suspend(number, "2026-08-01", "2027-02-01")).Demand(200);
        await Statuses(number, ("2026-04-30", "Active"), ("2026-05-01", "Suspended"), ("2026-05-31", "Suspended"), ("2026-06-01", "Active"),
            ("2026-07-31", "Active"), ("2026-08-01", "Suspended"), ("2027-02-01", "Suspended"), ("2027-02-02", "Active"));
    }

    [Theory]
    [InlineData("2026-06-01", "2026-06-29", "suspension-too-short")]
    [InlineData("2026-06-01", "2026-12-02", "suspension-too-long")]
    [InlineData("2026-02-01", "2026-04-01", "outside-license-term")]
    [InlineData("2029-03-02", "2029-04-02", "outside-license-term")]
    [InlineData("2026-09-15", "2026-10-20", "suspension-overlaps")]
    [InlineData("2026-10-10", "2026-11-20", "suspension-overlaps")]
    public async Task A_suspension_outside_its_bounds_is_refused(string from, string until, string code)
    {
        var number = await Licensed($"Bounds {from}");
        (await Suspend(number, "2026-10-01", "2026-11-01")).Demand(200);
        var before = await registry.Written();
        (await Suspend(number, from, until)).DemandProblem(409, code);
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_suspension_needs_a_ground_of_its_own_kind_and_somebody_who_may()
    {
        var number = await Licensed("Grounds");
        (await Suspend(number, "2026-04-01", "2026-05-31", "court-ban")).DemandProblem(409, "ground-unknown");
        (await Suspend(number, "2026-04-01", "2026-05-31", who: Owner)).DemandProblem(403, "permission-missing");
        (await Suspend(number, "2026-04-01", "2026-03-31")).DemandProblem(400, "invalid-input");
        (await Suspend("KZ-DM-I-1999-000001", "2026-04-01", "2026-05-31")).DemandProblem(404, "license-not-found");
    }

    [Fact]
    public async Task A_resumption_ends_a_suspension_and_a_later_suspension_of_the_same_day_holds()
    {
        var number = await Licensed("Resume");
        var refused = (await registry.Post("approver-1", $"/v1/licenses/{number}/resume")).DemandProblem(409, "invalid-transition");
        Assert.Equal(["suspend", "revoke", "surrender"], refused["allowed"].EnumerateArray().Select(a => a.GetString()));
        (await Suspend(number, "2026-03-02", "2026-05-31")).Demand(200);
        Assert.Equal("Active", (await registry.Post("approver-1", $"/v1/licenses/{number}/resume")).Demand(200)["status"].GetString());
        (await Suspend(number, "2026-03-02", "2026-06-30", "violations-not-cured")).Demand(200);
        await Statuses(number, ("2026-03-02", "Suspended"), ("2026-06-30", "Suspended"), ("2026-07-01", "Active"));
    }

    [Fact]
    public async Task A_suspension_to_come_can_be_called_back()
    {
        var number = await Licensed("Call back");
        var suspended = (await Suspend(number, "2026-04-01", "2026-05-31")).Demand(200);
        Assert.Equal(["suspend", "resume", "revoke", "surrender"], suspended["allowed"].EnumerateArray().Select(a => a.GetString()));
        var resumed = (await registry.Post("approver-1", $"/v1/licenses/{number}/resume")).Demand(200);
        Assert.Equal("2026-04-01", resumed["events"][1].GetProperty("effectiveFrom").GetString());
        Assert.DoesNotContain("resume", resumed["allowed"].EnumerateArray().Select(a => a.GetString()));
        await Statuses(number, ("2026-03-31", "Active"), ("2026-04-01", "Active"), ("2026-05-31", "Active"));
        (await registry.Post("approver-1", $"/v1/licenses/{number}/resume")).DemandProblem(409, "invalid-transition");
        (await Suspend(number, "2026-04-01", "2026-05-31")).Demand(200);
        await Statuses(number, ("2026-04-01", "Suspended"));
    }

    [Fact]
    public async Task Only_a_court_revokes_and_the_decision_names_what_it_saw()
    {
        var number = await Licensed("Revoke");
        await registry.MoveClock("2026-06-01T06:00:00Z");
        (await Revoke(number, "2026-05-20", "2026-05-25", null)).DemandProblem(428, "if-match-required");
        (await Revoke(number, "2026-05-20", "2026-05-25", "\"7\"")).DemandProblem(412, "stale-version");
        (await Revoke(number, "2026-06-02", "2026-06-02", "\"1\"")).DemandProblem(409, "court-act-in-future");
        (await Revoke(number, "2026-05-20", "2026-05-19", "\"1\"")).DemandProblem(409, "before-court-act");
        (await Revoke(number, "2026-05-20", "2029-03-02", "\"1\"")).DemandProblem(409, "outside-license-term");

        var read = await registry.Get("officer-1", $"/v1/licenses/{number}");
        var revoked = (await Revoke(number, "2026-05-20", "2026-05-25", read.ETag)).Demand(200);
        Assert.Equal(("Revoked", "2-77/2026"),
            (revoked["status"].GetString(), revoked["events"][0].GetProperty("courtActNumber").GetString()));
        await Statuses(number, ("2026-05-24", "Active"), ("2026-05-25", "Revoked"), ("2030-01-01", "Revoked"));
        (await Suspend(number, "2026-06-01", "2026-07-31")).DemandProblem(409, "invalid-transition");
        (await Revoke(number, "2026-05-20", "2026-05-30", revoked.ETag)).DemandProblem(409, "invalid-transition");
    }

    [Fact]
    public async Task A_licensee_surrenders_the_own_license_and_never_for_days_gone_by()
    {
        var number = await Licensed("Surrender");
        (await registry.Post(Stranger, $"/v1/licenses/{number}/surrender", new { from = "2026-04-01" }))
            .DemandProblem(404, "license-not-found");
        (await registry.Post(Owner, $"/v1/licenses/{number}/surrender", new { from = "2026-03-01" }))
            .DemandProblem(409, "surrender-in-past");
        (await registry.Post(Owner, $"/v1/licenses/{number}/surrender", new { from = "2026-04-01" })).Demand(200);
        (await registry.Post(Owner, $"/v1/licenses/{number}/surrender", new { from = "2026-05-01" }))
            .DemandProblem(409, "invalid-transition");
        await Statuses(number, ("2026-03-31", "Active"), ("2026-04-01", "Surrendered"));
    }

    [Fact]
    public async Task A_license_is_readable_as_of_any_day_that_there_is() =>
        await Statuses(await Licensed("Ends of time"), ("0001-01-01", "Pending"), ("9999-12-31", "Expired"));

    [Fact]
    public async Task The_tag_of_a_license_changes_with_the_day_and_its_version_stays()
    {
        var number = await Licensed("Tag");
        (await Suspend(number, "2026-04-01", "2026-05-31")).Demand(200);
        var active = await registry.Get(Owner, $"/v1/licenses/{number}");
        await registry.MoveClock("2026-04-02T06:00:00Z");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/licenses/{number}");
        request.Headers.Add("If-None-Match", active.ETag);
        request.Headers.Authorization = new("Bearer", await registry.BearerOf(Owner));
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.NotEqual(active.ETag, response.Headers.ETag!.ToString());
        (await registry.Post("approver-1", $"/v1/licenses/{number}/resume", ifMatch: active.ETag)).Demand(200);
    }

    [Fact]
    public async Task Every_transition_is_in_the_journal()
    {
        var number = await Licensed("Journal");
        (await Suspend(number, "2026-03-02", "2026-05-31")).Demand(200);
        (await registry.Post("approver-1", $"/v1/licenses/{number}/resume")).Demand(200);
        (await registry.Post(Owner, $"/v1/licenses/{number}/surrender", new { from = "2026-03-02" })).Demand(200);
        var entries = (await registry.Get("auditor-1", $"/v1/audit/entries?subject=license:{number}")).Demand(200);
        Assert.Equal(["SuspendLicense", "ResumeLicense", "SurrenderLicense"], entries["items"].EnumerateArray()
            .Select(e => e.GetProperty("action").GetString()));
    }

    private Task<string> Licensed(string address) => registry.Licensed("2026-03-02", Files.Application(address: address, mw: 1));

    private Task<Answer> Suspend(string number, string from, string until, string ground = "changes-not-reported",
        string who = "approver-1") =>
        registry.Post(who, $"/v1/licenses/{number}/suspend", new { ground, reasons = "Inspection.", from, until });

    private Task<Answer> Revoke(string number, string courtActOn, string from, string? version) =>
        registry.Post("approver-1", $"/v1/licenses/{number}/revoke", new { courtActNumber = "2-77/2026", courtActOn, from }, version);

    private async Task Statuses(string number, params (string Day, string Status)[] expected)
    {
        foreach (var (day, status) in expected)
        {
            Assert.Equal((day, status),
                (day, (await registry.Get("officer-1", $"/v1/licenses/{number}?asOf={day}")).Demand(200)["status"].GetString()));
            var listed = await registry.Get("officer-1", $"/v1/licenses?status={status}&asOf={day}&limit=1000");
            Assert.Contains(listed.Demand(200)["items"].EnumerateArray(), l => l.GetProperty("number").GetString() == number);
        }
    }
}
