using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>Nobody is on both sides of an application: who writes it or acts for its applicant takes no part in its review.</summary>
public sealed class InterestTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc;
    private static readonly object Approve = new { outcome = "Approve", reasons = "Fine." };

    public async ValueTask InitializeAsync()
    {
        await registry.MoveClock("2026-03-02T06:00:00Z");
        registry.Hire("insider", Files.Kegoc, ["Officer", "Approver"]);
        registry.Hire("colleague", Files.Kegoc, ["Applicant"]);
        registry.Hire("colleague-in-office", null, ["Officer", "Approver"], sub: "COLLEAGUE");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("insider")]
    [InlineData("colleague-in-office")]
    public async Task Whoever_is_of_the_applicant_makes_no_move_of_the_ministry_and_leaves_nothing_behind(string interested)
    {
        var id = await Submitted($"Moves of {interested}");
        await Refused(interested, id, "assign", new { assignedTo = "officer-1" });
        await Refused(interested, id, "start-review");
        (await registry.Post("officer-1", Path(id, "start-review"))).Demand(200);
        await Refused(interested, id, "request-information",
            new { items = new[] { new { pointer = "", question = "?" } }, respondBy = "2026-03-10" });
        await Refused(interested, id, "recommend", Approve);
        (await registry.Post("officer-1", Path(id, "recommend"), Approve)).Demand(200);
        await Refused(interested, id, "return", new { reasons = "x" });
        await Refused(interested, id, "approve", new { validFrom = "2026-03-02", reasons = "x" });
        (await registry.Approve(id, "2026-03-02", version: (await registry.Get("officer-1", Path(id))).ETag!)).Demand(200);
    }

    [Fact]
    public async Task Whoever_acts_for_another_company_reviews_as_anybody()
    {
        registry.Hire("outsider", Files.Kaspi, ["Officer", "Approver"]);
        var id = await registry.UnderReview(Files.Application(address: "Another company"));
        (await registry.Post("outsider", Path(id, "recommend"), Approve)).Demand(200);
        (await registry.Post("outsider", Path(id, "approve"), new { validFrom = "2026-03-02", reasons = "x" }, "\"4\""))
            .DemandProblem(409, "four-eyes-required");
    }

    [Fact]
    public async Task Who_answered_or_documented_or_wrote_what_was_copied_is_a_writer_too()
    {
        foreach (var person in new[] { "answerer", "archivist", "draftsman" }) registry.Hire(person, Files.Kegoc, ["Applicant"]);
        var first = await registry.Draft(Files.Application(address: "Copied from"));
        (await registry.Send("draftsman", HttpMethod.Put, Path(first), Files.Application(address: "Copied from"), "\"1\"")).Demand(200);
        (await registry.Post(Owner, Path(first, "withdraw"))).Demand(200);
        var id = (await registry.Post(Owner, Path(first, "copy"))).Demand(201)["id"].GetString()!;
        (await registry.Send("archivist", HttpMethod.Post, Path(id, "documents"), Files.Form, contentType: Files.FormType)).Demand(201);
        (await registry.Post(Owner, Path(id, "submit"))).Demand(200);
        (await registry.Post("officer-1", Path(id, "start-review"))).Demand(200);
        var asked = new { items = new[] { new { pointer = "", question = "?" } }, respondBy = "2026-03-10" };
        (await registry.Post("officer-1", Path(id, "request-information"), asked)).Demand(200);
        (await registry.Post("answerer", Path(id, "respond"), new { answers = new[] { new { pointer = "", answer = "!" } } })).Demand(200);

        foreach (var person in new[] { "answerer", "archivist", "draftsman" })
            await Refused(registry.Hire(person + "-2", null, ["Officer"], sub: person), id, "recommend", Approve);
        (await registry.Post("officer-2", Path(id, "recommend"), Approve)).Demand(200);
    }

    [Fact]
    public async Task Whoever_reviews_an_application_does_not_write_it_afterwards()
    {
        var id = await registry.UnderReview(Files.Application(address: "Crossing over"));
        var asked = new { items = new[] { new { pointer = "", question = "?" } }, respondBy = "2026-03-10" };
        var view = (await registry.Post("officer-1", Path(id, "request-information"), asked)).Demand(200);
        registry.Hire("crossing", Files.Kegoc, ["Applicant"], sub: "OFFICER-1");
        var before = await registry.Written();
        (await registry.Send("crossing", HttpMethod.Put, Path(id), Files.Application(address: "Crossing over"), view.ETag))
            .DemandProblem(409, "four-eyes-required");
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_file_goes_to_who_has_been_seen_as_an_officer_or_to_the_caller()
    {
        var id = await registry.Submitted(Files.Application(address: "Assign"));
        var before = await registry.Written();
        foreach (var nobody in new[] { "nobody", "officer-77", "OFFICER-1", "approver-1", "<b>" })
            (await registry.Post("officer-1", Path(id, "assign"), new { assignedTo = nobody })).DemandProblem(409, "assignee-unknown");
        Assert.Equal(before, await registry.Written());

        Assert.Equal("officer-77", (await registry.Post("officer-77", Path(id, "assign"), new { assignedTo = "officer-77" }))
            .Demand(200)["assignedTo"].GetString());
        (await registry.Post("officer-77", Path(id, "assign"), new { assignedTo = await registry.Seen("officer-78") })).Demand(200);
        (await registry.Post("officer-1", Path(id, "assign"), new { assignedTo = "officer-77" })).Demand(200);
    }

    [Fact]
    public async Task A_file_does_not_go_to_an_officer_who_has_written_for_the_company()
    {
        registry.Hire("turncoat", Files.Kegoc, ["Applicant"]);
        registry.Hire("turncoat-in-office", null, ["Officer"], sub: "turncoat");
        (await registry.Post("turncoat", "/v1/permit-applications", Files.Application(address: "Another file of the company"))).Demand(201);
        var other = await registry.Submitted(Files.Application(bin: Files.Kaspi, address: "Of nobody's"));
        (await registry.Post("turncoat-in-office", Path(other, "assign"), new { assignedTo = "turncoat" })).Demand(200);

        var id = await registry.Submitted(Files.Application(address: "Not to a turncoat"));
        (await registry.Post("officer-1", Path(id, "assign"), new { assignedTo = "turncoat" })).DemandProblem(409, "four-eyes-required");
        (await registry.Post("officer-1", Path(other, "assign"), new { assignedTo = "turncoat" })).Demand(200);
    }

    [Fact]
    public async Task Nobody_decides_in_office_on_the_license_the_findings_or_the_assessments_of_the_own_company()
    {
        registry.Hire("tax-insider", Files.Kegoc, ["TaxAuthority"]);
        var license = await registry.Licensed("2026-03-02", Files.Application(mw: 1, address: "Own license"));
        var suspension = new { ground = "own-request", reasons = "x", from = "2026-03-02", until = "2026-06-30" };
        (await registry.Post("insider", $"/v1/licenses/{license}/suspend", suspension)).DemandProblem(409, "four-eyes-required");
        (await registry.Post("approver-1", $"/v1/licenses/{license}/suspend", suspension)).Demand(200);
        (await registry.Post("insider", $"/v1/licenses/{license}/resume")).DemandProblem(409, "four-eyes-required");
        var act = new { courtActNumber = "1", courtActOn = "2026-03-02", from = "2026-03-02" };
        (await registry.Post("insider", $"/v1/licenses/{license}/revoke", act, "\"2\"")).DemandProblem(409, "four-eyes-required");

        await registry.MoveClock("2026-04-05T06:00:00Z");
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("I-1"))).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("I-2", change: p => p["meterState"] = "Absent"))).Demand(201);
        var note = new { kind = "Gap", startAt = "2025-12-31T19:00:00Z", endAt = "2026-03-31T19:00:00Z", reason = "x" };
        (await registry.Post("tax-insider", "/v1/metering-points/I-1/findings/acknowledge", note)).DemandProblem(409, "four-eyes-required");

        var run = await registry.Run("2026-Q1");
        var draft = (await registry.Assessments($"bin={Files.Kegoc}")).Single().GetProperty("id").GetString();
        (await registry.Post("tax-insider", $"/v1/assessments/{draft}/issue", ifMatch: "\"1\"")).DemandProblem(409, "four-eyes-required");
        (await registry.Post("tax-insider", $"/v1/assessment-runs/{run["id"].GetString()}/issue", ifMatch: run.ETag))
            .DemandProblem(409, "four-eyes-required");
        registry.Hire("tax-twice", null, ["TaxAuthority"], sub: "TAX-1");
        (await registry.Post("tax-twice", $"/v1/assessments/{draft}/issue", ifMatch: "\"1\"")).DemandProblem(409, "four-eyes-required");
        (await registry.Post("tax-2", $"/v1/assessments/{draft}/issue", ifMatch: "\"1\"")).Demand(200);
    }

    /// <summary>Drafted by the owner, changed by a colleague, submitted by the owner.</summary>
    private async Task<string> Submitted(string address)
    {
        var id = await registry.Draft(Files.Application(address: address));
        (await registry.Send("colleague", HttpMethod.Put, Path(id), Files.Application(address: address, mw: 3), "\"1\"")).Demand(200);
        (await registry.Post(Owner, Path(id, "submit"))).Demand(200);
        return id;
    }

    private async Task Refused(string by, string id, string transition, object? body = null)
    {
        var seen = (await registry.Get("officer-1", Path(id))).Demand(200);
        var before = await registry.Written();
        (await registry.Post(by, Path(id, transition), body, seen.ETag)).DemandProblem(409, "four-eyes-required");
        Assert.Equal(before, await registry.Written());
    }

    private static string Path(string id, string? more = null) => $"/v1/permit-applications/{id}" + (more is null ? "" : $"/{more}");
}
