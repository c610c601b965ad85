using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

public sealed class ApplicationTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Applicant = "applicant-" + Files.Kegoc;

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_draft_names_everything_that_is_wrong_at_once_and_stores_nothing()
    {
        var body = Files.Application(change: b =>
        {
            b["applicantBin"] = "970740000839";
            b["requestedMw"] = "12";
            b["powerSources"] = new JsonArray("Wind");
            b["surprise"] = 1;
            b["Kind"] = "New";
            b.Remove("contact");
            b["site"]!["address"] = "a\0b";
        });
        var before = await registry.Written();

        var refused = (await registry.Post(Applicant, "/v1/permit-applications", body)).DemandProblem(400, "invalid-input");

        Assert.Equal(
            [("/Kind", "unknown-field"), ("/applicantBin", "bin-check-digit"), ("/contact", "missing-field"),
                ("/powerSources/0", "unknown-value"),
             ("/requestedMw", "wrong-type"), ("/site/address", "nul-character"), ("/surprise", "unknown-field")],
            refused.Problems.OrderBy(p => p.Pointer, StringComparer.Ordinal));
        Assert.Equal(before, await registry.Written());
    }

    [Theory]
    [InlineData("0", "greater-than")]
    [InlineData("-1", "greater-than")]
    [InlineData("0.0005", "scale-precision")]
    [InlineData("1e28", "number-out-of-range")]
    [InlineData("0.00000000000000000000000000001", "number-out-of-range")]
    public async Task Capacity_is_whole_kilowatts_above_nothing(string mw, string code)
    {
        var body = Files.Application(address: "Capacity");
        body["requestedMw"] = JsonNode.Parse(mw);
        var refused = (await registry.Post(Applicant, "/v1/permit-applications", body)).DemandProblem(400, "invalid-input");
        Assert.Contains(("/requestedMw", code), refused.Problems);
    }

    [Theory]
    [InlineData("application/json", "{", 400, "malformed-json")]
    [InlineData("application/json", "[]", 400, "invalid-input")]
    [InlineData("application/json", "null", 400, "invalid-input")]
    [InlineData("application/json", "", 400, "malformed-json")]
    [InlineData("application/json", "\uFEFF{}", 400, "unsupported-charset")]
    [InlineData("application/json; charset=utf-16", "{}", 400, "unsupported-charset")]
    [InlineData("text/plain", "{}", 415, "unsupported-media-type")]
    public async Task A_body_that_is_not_plain_JSON_is_refused_by_code(string contentType, string body, int status, string code) =>
        (await registry.Send(Applicant, HttpMethod.Post, "/v1/permit-applications", body, contentType: contentType))
            .DemandProblem(status, code);

    [Fact]
    public async Task A_member_that_occurs_twice_is_refused()
    {
        var text = Files.Application().ToJsonString();
        var refused = await registry.Post(Applicant, "/v1/permit-applications", text[..^1] + ",\"kind\":\"New\"}");
        Assert.Equal([("/kind", "duplicate-field")], refused.DemandProblem(400, "invalid-input").Problems);
    }

    [Fact]
    public async Task A_JSON_body_of_20_MB_is_too_large() =>
        (await registry.Post(Applicant, "/v1/permit-applications", "\"" + new string('x', 20 << 20) + "\""))
            .DemandProblem(413, "body-too-large");

    [Fact]
    public async Task Somebody_elses_BIN_is_refused() =>
        (await registry.Post("applicant-" + Files.Kaspi, "/v1/permit-applications", Files.Application()))
            .DemandProblem(403, "bin-not-yours");

    [Theory]
    [InlineData("99")]
    [InlineData("51")]
    public async Task A_region_that_does_not_exist_is_refused(string region) =>
        (await registry.Post(Applicant, "/v1/permit-applications", Files.Application(change: b => b["site"]!["region"] = region)))
            .DemandProblem(409, "region-unknown");

    [Fact]
    public async Task An_application_of_another_looks_absent()
    {
        var id = await registry.Draft();
        (await registry.Get("applicant-" + Files.Kaspi, $"/v1/permit-applications/{id}")).DemandProblem(404, "application-not-found");
        (await registry.Get("applicant-" + Files.Kaspi, $"/v1/permit-applications/{id}/history"))
            .DemandProblem(404, "application-not-found");
        (await registry.Post("applicant-" + Files.Kaspi, $"/v1/permit-applications/{id}/submit"))
            .DemandProblem(404, "application-not-found");
        (await registry.Get(Applicant, $"/v1/permit-applications/{Guid.NewGuid()}")).DemandProblem(404, "application-not-found");
    }

    [Fact]
    public async Task The_state_fee_must_be_paid_in_full_and_not_tomorrow()
    {
        foreach (var (fee, code) in new (JsonNode?, string)[]
        {
            (null, "state-fee-missing"),
            (JsonNode.Parse("""{ "paidOn": "2026-03-02", "amountKzt": 8649999.99, "reference": "r" }"""), "state-fee-too-low"),
            (JsonNode.Parse("""{ "paidOn": "2026-03-03", "amountKzt": 8650000, "reference": "r" }"""), "state-fee-in-future"),
            (JsonNode.Parse("""{ "paidOn": "2019-03-03", "amountKzt": 8650000, "reference": "r" }"""), "state-fee-unknown"),
        })
        {
            var id = await registry.Draft(Files.Application(address: code, change: b => b["stateFee"] = fee));
            var before = await registry.Written();
            (await registry.Post(Applicant, $"/v1/permit-applications/{id}/submit")).DemandProblem(409, code);
            Assert.Equal(before, await registry.Written());
            Assert.Equal("Draft", (await registry.Get(Applicant, $"/v1/permit-applications/{id}"))["status"].GetString());
        }
    }

    [Theory]
    [InlineData("TEMIRTAU, INDUSTRIAL ZONE 1")]
    [InlineData("Temirtau,  Industrial zone 1")]
    [InlineData("Temirtau Industrial zone 1")]
    [InlineData("Temirtau, «Industrial zone» 1.")]
    [InlineData("Temirtau,\u00A0Industrial\u2003zone \u30001")]
    [InlineData("Тemirtau, Industriаl zоne 1")]
    [InlineData("Temi\u0301rtau, Industrial zone １")]
    public async Task A_second_open_application_for_the_same_site_is_refused_however_it_is_spelled(string spelling)
    {
        if (await registry.Sql<long>("SELECT count(*) FROM permit_applications WHERE site_address = 'Temirtau, Industrial zone 1'") == 0)
            await registry.Submitted(Files.Application(address: "Temirtau, Industrial zone 1"));
        var second = await registry.Draft(Files.Application(address: spelling));
        (await registry.Post(Applicant, $"/v1/permit-applications/{second}/submit")).DemandProblem(409, "duplicate-application");
    }

    [Fact]
    public async Task A_transition_that_is_not_possible_says_what_is()
    {
        var id = await registry.Submitted(Files.Application(address: "Transitions"));
        var refused =
            (await registry.Post("officer-1", $"/v1/permit-applications/{id}/recommend", new { outcome = "Approve", reasons = "x" }))
            .DemandProblem(409, "invalid-transition");
        Assert.Equal(["start-review", "withdraw"], refused["allowed"].EnumerateArray().Select(a => a.GetString()));
    }

    [Fact]
    public async Task The_recommender_cannot_approve_in_any_letter_case_and_neither_can_SQL()
    {
        var id = await registry.Recommended(Files.Application(address: "FourEyes"));
        // Officers lack the permission; the rule itself is asked by the schema.
        (await registry.Approve(id, "2026-03-02", approver: "officer-1")).DemandProblem(403, "permission-missing");
        var violated = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => registry.Sql<object>($"""
            INSERT INTO application_decisions
                (application_id, application_version, outcome, decider, recommender, applicant, reasons, grounds, at)
            SELECT application_id, application_version, outcome, upper(recommender), recommender, applicant, 'x', ARRAY[]::text[], at
              FROM application_recommendations WHERE application_id = '{id}'
            """));
        Assert.Equal("application_decisions_take_four_eyes", violated.ConstraintName);
    }

    [Fact]
    public async Task A_decision_names_the_version_it_saw()
    {
        var id = await registry.Recommended(Files.Application(address: "Versions"));
        (await registry.Approve(id, "2026-03-02", version: null!)).DemandProblem(428, "if-match-required");
        (await registry.Approve(id, "2026-03-02", version: "\"3\"")).DemandProblem(412, "stale-version");
        (await registry.Approve(id, "2026-03-02", version: "*")).DemandProblem(428, "if-match-required");
        (await registry.Approve(id, "2026-03-02", version: "\"4\", \"5\"")).DemandProblem(428, "if-match-required");
        (await registry.Approve(id, "2026-03-02", version: "\"04\"")).DemandProblem(412, "stale-version");
        (await registry.Approve(id, "2026-03-01")).DemandProblem(409, "valid-from-in-past");
        (await registry.Approve(id, "9999-12-31")).DemandProblem(409, "valid-from-too-late");
        Assert.Equal("Approved", (await registry.Approve(id, "2026-03-02")).Demand(200)["application"].GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_refusal_needs_a_ground_of_the_law()
    {
        var id = await registry.Recommended(Files.Application(address: "Refusal"), "Refuse");
        (await registry.Post("approver-1", $"/v1/permit-applications/{id}/refuse",
            new { grounds = new[] { "own-request" }, reasons = "x" }, "\"4\""))
            .DemandProblem(409, "ground-unknown");
        (await registry.Approve(id, "2026-03-02")).DemandProblem(409, "invalid-transition");
        var repeated = new { grounds = new[] { "court-ban", "court-ban" }, reasons = "x" };
        Assert.Equal(
            [("/grounds", "duplicate-item")],
            (await registry.Post("approver-1", $"/v1/permit-applications/{id}/refuse", repeated, "\"4\""))
                .DemandProblem(400, "invalid-input").Problems);
        var refused = await registry.Post("approver-1", $"/v1/permit-applications/{id}/refuse",
            new { grounds = new[] { "court-ban" }, reasons = "x" }, "\"4\"");
        Assert.Equal("Refused", refused.Demand(200)["status"].GetString());
    }

    [Fact]
    public async Task A_returned_file_is_reviewed_again_and_the_old_recommendation_counts_no_more()
    {
        var id = await registry.Recommended(Files.Application(address: "Return"));
        (await registry.Post("approver-1", $"/v1/permit-applications/{id}/return", new { reasons = "Not convinced." })).Demand(200);
        (await registry.Approve(id, "2026-03-02", version: "\"5\"")).DemandProblem(409, "invalid-transition");
        (await registry.Post("officer-2", $"/v1/permit-applications/{id}/recommend", new { outcome = "Approve", reasons = "Now it is." }))
            .Demand(200);
        (await registry.Approve(id, "2026-03-02", version: "\"6\"")).Demand(200);
    }

    [Fact]
    public async Task The_owner_edits_a_draft_with_the_version_seen()
    {
        var id = await registry.Draft(Files.Application(address: "Edit"));
        var edited = Files.Application(address: "Edited", mw: 7);
        (await registry.Send(Applicant, HttpMethod.Put, $"/v1/permit-applications/{id}", edited)).DemandProblem(428, "if-match-required");
        (await registry.Send(Applicant, HttpMethod.Put, $"/v1/permit-applications/{id}", edited, "W/\"1\""))
            .DemandProblem(412, "stale-version");
        var answer = (await registry.Send(Applicant, HttpMethod.Put, $"/v1/permit-applications/{id}", edited, "\"1\"")).Demand(200);
        Assert.Equal((7m, "\"2\""), (answer["requestedMw"].GetDecimal(), answer.ETag));
    }

    [Fact]
    public async Task History_tells_who_did_what()
    {
        var id = await registry.Recommended(Files.Application(address: "History"));
        var history = (await registry.Get(Applicant, $"/v1/permit-applications/{id}/history")).Demand(200);
        Assert.Equal(
            ["CreateApplication", "SubmitApplication", "StartReview", "RecommendDecision"],
            history["items"].EnumerateArray().Select(i => i.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task The_review_is_due_after_fifteen_working_days()
    {
        var id = await registry.Submitted(Files.Application(address: "Clock"));
        var view = await registry.Get(Applicant, $"/v1/permit-applications/{id}");
        // 2026-03-02 plus fifteen: 9 March and 23 to 25 March are days off.
        Assert.Equal("2026-03-27", view["dueOn"].GetString());
    }

    [Fact]
    public async Task A_license_is_pending_until_its_first_day()
    {
        var number = await registry.Licensed("2026-04-01", Files.Application(address: "Pending"));
        foreach (var (day, status) in new[] { ("2026-03-31", "Pending"), ("2026-04-01", "Active"), ("2029-03-31", "Active"),
            ("2029-04-01", "Expired") })
        {
            Assert.Equal(status, (await registry.Get("officer-1", $"/v1/licenses/{number}?asOf={day}"))["status"].GetString());
            var listed = await registry.Get("officer-1", $"/v1/licenses?status={status}&asOf={day}");
            Assert.Contains(listed["items"].EnumerateArray(), l => l.GetProperty("number").GetString() == number);
        }
    }

    [Theory]
    [InlineData("kind", "\"new\"", "/kind", "unknown-value")]
    [InlineData("kind", "\"Renewal\"", "/previousLicenseNumber", "not-empty")]
    [InlineData("kind", "\"Amendment\"", "/previousLicenseNumber", "not-empty")]
    [InlineData("previousLicenseNumber", "\"KZ-DM-I-2026-000001\"", "/previousLicenseNumber", "null")]
    [InlineData("subtype", "\"II\"", "/site/hostLicenseNumber", "not-empty")]
    public async Task A_kind_and_the_license_it_follows_on_go_together(string member, string value, string pointer, string code)
    {
        var refused =
            await registry.Post(Applicant, "/v1/permit-applications", Files.Application(change: b => b[member] = JsonNode.Parse(value)));
        Assert.Contains((pointer, code), refused.DemandProblem(400, "invalid-input").Problems);
    }

    [Fact]
    public async Task An_application_is_overdue_from_the_day_after_its_term()
    {
        var id = await registry.Submitted(Files.Application(address: "Overdue"));
        foreach (var (instant, overdue) in new[] { ("2026-03-27T18:59:00Z", false), ("2026-03-29T19:00:00Z", true) })
        {
            await registry.MoveClock(instant);
            Assert.Equal(overdue, (await registry.Get("officer-1", $"/v1/permit-applications/{id}"))["overdue"].GetBoolean());
            var listed = (await registry.Get("officer-1", $"/v1/permit-applications?overdue={(overdue ? "true" : "false")}&limit=1000"))
                .Demand(200);
            Assert.Contains(listed["items"].EnumerateArray(), a => a.GetProperty("id").GetString() == id);
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_and_an_altered_cursor_is_refused()
    {
        for (var i = 0; i < 3; i++) await registry.Draft(Files.Application(bin: Files.Halyk, address: $"Page {i}"));
        var owner = "applicant-" + Files.Halyk;
        var first = (await registry.Get(owner, "/v1/permit-applications?limit=2")).Demand(200);
        var cursor = first["nextCursor"].GetString()!;
        var second = (await registry.Get(owner, $"/v1/permit-applications?limit=2&cursor={cursor}")).Demand(200);

        Assert.Equal((2, 1), (first["items"].GetArrayLength(), second["items"].GetArrayLength()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second["nextCursor"].ValueKind);
        (await registry.Get(owner, $"/v1/permit-applications?cursor={(cursor[0] == 'A' ? 'B' : 'A')}{cursor[1..]}"))
            .DemandProblem(400, "cursor-invalid");
        (await registry.Get(owner, $"/v1/permit-applications?status=Draft&cursor={cursor}")).DemandProblem(400, "cursor-invalid");
        (await registry.Get(owner, "/v1/permit-applications?limit=0&stauts=Draft")).DemandProblem(400, "invalid-input");
        (await registry.Get(owner, "/v1/permit-applications?limit=1001")).DemandProblem(400, "invalid-input");
    }
}
