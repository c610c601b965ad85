using System.Text.Json;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>From submission to the decision: questions, the statutory clock, the queue and what it leaves behind.</summary>
public sealed class ReviewTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc, Stranger = "applicant-" + Files.Kaspi;
    private static readonly object Question = new
    {
        items = new[] { new { pointer = "/site/gridConnection", question = "Which substation?" },
            new { pointer = "", question = "Who owns the site?" } },
        respondBy = "2026-03-16",
    };

    private static readonly object Answer = new
    {
        answers = new[] { new { pointer = "", answer = "We do." }, new { pointer = "/site/gridConnection", answer = "Karaganda-2." } },
    };

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_clock_stands_still_while_the_applicant_holds_the_file_in_every_round()
    {
        var id = await registry.UnderReview(Files.Application(address: "Rounds"));
        await registry.MoveClock("2026-03-04T06:00:00Z");
        var asked = (await Move(id, "request-information", Question)).Demand(200);
        Assert.Equal("InformationRequested", asked["status"].GetString());
        // 2 March plus fifteen is 27 March; held from 5 to 16 March are seven working days (8 March is a holiday, 9 March its transfer).
        Assert.Equal("2026-04-07", asked["dueOn"].GetString());

        await registry.MoveClock("2026-03-11T06:00:00Z");
        var answered = (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", Answer)).Demand(200);
        // Held from 5 to 11 March: 5, 6, 10, 11 are four working days. 3 and 4 March are used.
        Assert.Equal(("UnderReview", "2026-04-02", 2),
            (answered["status"].GetString(), answered["dueOn"].GetString(), answered["workingDaysUsed"].GetInt32()));

        await registry.MoveClock("2026-03-12T06:00:00Z");
        (await Move(id, "request-information",
            new { items = new[] { new { pointer = "/hardware", question = "Serials?" } }, respondBy = "2026-03-13" })).Demand(200);
        await registry.MoveClock("2026-03-13T06:00:00Z");
        var twice = await registry.Post(Owner, $"/v1/permit-applications/{id}/respond",
            new { answers = new[] { new { pointer = "/hardware", answer = "Attached." } } });
        Assert.Equal(("2026-04-03", 3), (twice.Demand(200)["dueOn"].GetString(), twice["workingDaysUsed"].GetInt32()));
        Assert.Equal(["Answered", "Answered"], twice["informationRequests"].EnumerateArray()
            .Select(r => r.GetProperty("closedAs").GetString()));
    }

    [Fact]
    public async Task An_answer_fits_the_questions_or_is_refused()
    {
        var id = await registry.UnderReview(Files.Application(address: "Answers"));
        (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", Answer)).DemandProblem(409, "invalid-transition");
        (await Move(id, "request-information", Question)).Demand(200);
        var before = await registry.Written();

        var partial = new { answers = new[] { new { pointer = "/nothing", answer = "x" } } };
        var refused = (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", partial)).DemandProblem(400, "invalid-input");
        Assert.Equal([("/answers", "answer-missing"), ("/answers", "answer-missing"), ("/answers/0/pointer", "answer-unmatched")],
            refused.Problems);
        var twice = new { answers = new[] { new { pointer = "", answer = "x" }, new { pointer = "", answer = "y" } } };
        Assert.Equal([("/answers", "duplicate-item")], (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", twice))
            .DemandProblem(400, "invalid-input").Problems);
        (await registry.Post(Stranger, $"/v1/permit-applications/{id}/respond", Answer)).DemandProblem(404, "application-not-found");
        Assert.Equal(before, await registry.Written());
    }

    [Theory]
    [InlineData("2026-03-02", "respond-by-out-of-range")]
    [InlineData("2027-03-03", "respond-by-out-of-range")]
    public async Task The_day_to_answer_by_lies_within_a_year(string respondBy, string code)
    {
        var id = await registry.UnderReview(Files.Application(address: $"RespondBy {respondBy}"));
        (await Move(id, "request-information", new { items = new[] { new { pointer = "", question = "?" } }, respondBy }))
            .DemandProblem(409, code);
    }

    [Fact]
    public async Task Questions_are_itemized_and_each_place_is_asked_once()
    {
        var id = await registry.UnderReview(Files.Application(address: "Items"));
        var body = new
        {
            items = new[] { new { pointer = "site", question = "" }, new { pointer = "site", question = "x" } },
            respondBy = "2026-03-16"
        };
        var refused = (await Move(id, "request-information", body)).DemandProblem(400, "invalid-input");
        Assert.Equal(
            [("/items", "duplicate-item"), ("/items/0/pointer", "regular-expression"), ("/items/0/question", "not-empty"),
                ("/items/1/pointer", "regular-expression")],
            refused.Problems);
        Assert.Equal([("/items", "not-empty")],
            (await Move(id, "request-information", new { items = Array.Empty<object>(), respondBy = "2026-03-16" })).Problems);
    }

    [Fact]
    public async Task An_unanswered_request_lapses_the_application_after_its_day_and_not_on_it()
    {
        var id = await registry.UnderReview(Files.Application(address: "Lapse"));
        (await Move(id, "request-information", Question)).Demand(200);
        await registry.MoveClock("2026-03-16T18:59:59Z");
        Assert.Equal("InformationRequested", (await registry.Get(Owner, $"/v1/permit-applications/{id}"))["status"].GetString());
        await registry.MoveClock("2026-03-16T19:00:00Z");

        var lapsed = await registry.Get(Owner, $"/v1/permit-applications/{id}");
        Assert.Equal("Lapsed", lapsed["status"].GetString());
        Assert.Equal("Lapsed", lapsed["informationRequests"][0].GetProperty("closedAs").GetString());
        var refused = (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", Answer))
            .DemandProblem(409, "invalid-transition");
        Assert.Empty(refused["allowed"].EnumerateArray());
        var last = (await registry.Get(Owner, $"/v1/permit-applications/{id}/history")).Demand(200)["items"].EnumerateArray().Last();
        Assert.Equal(("registry", "LapseApplication"), (last.GetProperty("by").GetString(), last.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task An_application_lapses_before_the_clock_answers_also_when_somebody_holds_it()
    {
        var id = await registry.UnderReview(Files.Application(address: "Held"));
        (await Move(id, "request-information", Question)).Demand(200);
        await using var obstacle = await registry.OpenDatabase();
        await using var transaction = await obstacle.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand($"SELECT FROM permit_applications WHERE id = '{id}' FOR UPDATE", obstacle, transaction);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var moving = registry.MoveClock("2026-03-16T19:00:00Z");
        await Task.WhenAny(moving, Task.Delay(300, TestContext.Current.CancellationToken));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        await moving;
        Assert.Equal("Lapsed", (await registry.Get(Owner, $"/v1/permit-applications/{id}"))["status"].GetString());
    }

    [Fact]
    public async Task An_edit_while_asked_is_checked_again_with_the_answer()
    {
        var id = await registry.UnderReview(Files.Application(address: "EditAsked"));
        var asked = (await Move(id, "request-information", Question)).Demand(200);
        var written = (await registry.Get(Owner, $"/v1/permit-applications/{id}"))["stateFee"].GetProperty("reference").GetString();
        var better = Files.Application(address: "EditAsked", mw: 7, change: b => b["stateFee"]!["reference"] = written);
        var poorer = Files.Application(address: "EditAsked", mw: 7,
            change: b => (b["stateFee"]!["amountKzt"], b["stateFee"]!["reference"]) = (1, written));
        (await registry.Send(Owner, HttpMethod.Put, $"/v1/permit-applications/{id}", poorer, asked.ETag)).Demand(200);
        (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", Answer)).DemandProblem(409, "state-fee-too-low");

        var again = await registry.Get(Owner, $"/v1/permit-applications/{id}");
        (await registry.Send(Owner, HttpMethod.Put, $"/v1/permit-applications/{id}", better, again.ETag)).Demand(200);
        (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", Answer)).Demand(200);
        var history = (await registry.Get("officer-1", $"/v1/permit-applications/{id}/history")).Demand(200);
        var edit = history["items"].EnumerateArray().First(i => i.GetProperty("action").GetString() == "ReplaceApplication");
        Assert.Equal(
            [("/requestedMw", "12.5", "7"), ("/stateFee/amountKzt", "8650000", "1")],
            edit.GetProperty("changes").EnumerateArray()
                .Select(c => (c.GetProperty("pointer").GetString()!, Plain(c, "from"), Plain(c, "to"))));
    }

    [Fact]
    public async Task A_decision_on_an_edited_application_is_stale()
    {
        var id = await registry.Recommended(Files.Application(address: "Stale"));
        (await registry.Post("approver-1", $"/v1/permit-applications/{id}/return", new { reasons = "Ask." })).Demand(200);
        (await Move(id, "request-information", Question)).Demand(200);
        (await registry.Send(Owner, HttpMethod.Put, $"/v1/permit-applications/{id}", Files.Application(address: "Stale", mw: 500), "\"6\""))
            .Demand(200);
        (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", Answer)).Demand(200);
        (await Move(id, "recommend", new { outcome = "Approve", reasons = "Now." })).Demand(200);
        (await registry.Approve(id, "2026-03-02", version: "\"4\"")).DemandProblem(412, "stale-version");
    }

    [Fact]
    public async Task History_tells_who_when_what_why_and_which_fields_changed()
    {
        var id = await registry.Recommended(Files.Application(address: "Told"));
        (await registry.Post("approver-7", $"/v1/permit-applications/{id}/return", new { reasons = "Which feeder?" })).Demand(200);
        var first = (await registry.Get("officer-1", $"/v1/permit-applications/{id}/history?limit=3")).Demand(200);
        var rest = (await registry.Get("officer-1",
            $"/v1/permit-applications/{id}/history?limit=3&cursor={first["nextCursor"].GetString()}")).Demand(200);
        Assert.Equal(3, first["items"].GetArrayLength());
        var returned = rest["items"].EnumerateArray().Last();
        Assert.Equal(("approver-7", "Which feeder?"),
            (returned.GetProperty("by").GetString(), returned.GetProperty("reasons").GetString()));
        var change = Assert.Single(returned.GetProperty("changes").EnumerateArray());
        Assert.Equal(("/status", "Recommended", "UnderReview"),
            (change.GetProperty("pointer").GetString(), Plain(change, "from"), Plain(change, "to")));
    }

    [Fact]
    public async Task A_file_whose_due_day_no_calendar_knows_leads_the_queue()
    {
        var due = await registry.Submitted(Files.Application(address: "Due", change: Elsewhere));
        await registry.MoveClock("2040-01-10T06:00:00Z");
        var unknown = await registry.Submitted(Files.Application(address: "Never due", change: Elsewhere));
        await registry.MoveClock("2026-03-02T06:00:00Z");
        await registry.Seen("officer-7");
        foreach (var id in new[] { due, unknown })
            (await registry.Post("officer-1", $"/v1/permit-applications/{id}/assign", new { assignedTo = "officer-7" })).Demand(200);
        var first = (await registry.Get("officer-1", "/v1/permit-applications/queue?assignedTo=officer-7&region=55&limit=1")).Demand(200);
        var second = (await registry.Get("officer-1",
            $"/v1/permit-applications/queue?assignedTo=officer-7&region=55&limit=1&cursor={first["nextCursor"].GetString()}")).Demand(200);
        Assert.Equal([unknown, due], new[] { first, second }.Select(p => p["items"][0].GetProperty("id").GetString()));
        Assert.Equal(JsonValueKind.Null, first["items"][0].GetProperty("dueOn").ValueKind);
    }

    [Fact]
    public async Task The_queue_is_sorted_by_due_day_and_a_file_changes_hands()
    {
        var later = await Filed("2026-03-05T06:00:00Z", "Queue later");
        var sooner = await Filed("2026-03-03T06:00:00Z", "Queue sooner");
        await registry.MoveClock("2026-03-10T06:00:00Z");
        await registry.Seen("officer-9");
        (await registry.Post("officer-1", $"/v1/permit-applications/{later}/assign", new { assignedTo = "officer-9" })).Demand(200);
        (await registry.Post("officer-1", $"/v1/permit-applications/{sooner}/assign",
            new { assignedTo = "officer-9", reasons = "Holiday." })).Demand(200);

        var first = (await registry.Get("officer-1", "/v1/permit-applications/queue?assignedTo=officer-9&limit=1")).Demand(200);
        var second = (await registry.Get("officer-1",
            $"/v1/permit-applications/queue?assignedTo=officer-9&limit=1&cursor={first["nextCursor"].GetString()}")).Demand(200);
        Assert.Equal([sooner, later], new[] { first, second }.Select(p => p["items"][0].GetProperty("id").GetString()));
        (await registry.Get("officer-1", $"/v1/permit-applications/queue?cursor={first["nextCursor"].GetString()}"))
            .DemandProblem(400, "cursor-invalid");
        (await registry.Get(Owner, "/v1/permit-applications/queue")).DemandProblem(403, "permission-missing");

        (await registry.Post("officer-1", $"/v1/permit-applications/{sooner}/assign", new { assignedTo = "APPLICANT-" + Files.Kegoc }))
            .DemandProblem(409, "four-eyes-required");
        (await registry.Post("officer-1", $"/v1/permit-applications/{sooner}/assign", new { assignedTo = "" }))
            .DemandProblem(400, "invalid-input");
        (await registry.Post(Owner, $"/v1/permit-applications/{sooner}/assign", new { assignedTo = "officer-2" }))
            .DemandProblem(403, "permission-missing");
        var recommended = await registry.Recommended(Files.Application(address: "Queue recommended"));
        (await registry.Post("officer-1", $"/v1/permit-applications/{recommended}/assign", new { assignedTo = "officer-2" }))
            .DemandProblem(409, "invalid-transition");
    }

    [Fact]
    public async Task Processing_figures_count_what_ended_and_what_is_late()
    {
        await registry.MoveClock("2027-02-01T06:00:00Z");
        var before = (await registry.Get("officer-1", "/v1/permit-applications/figures?from=2027-02-01&to=2027-03-31")).Demand(200);
        Assert.Equal((0, JsonValueKind.Null), (before["approved"].GetInt32(), before["medianWorkingDays"].ValueKind));
        string[] files = [await registry.Recommended(Paid("Figures 1"), "Refuse"), await registry.Recommended(Paid("Figures 2")),
            await registry.Recommended(Paid("Figures 3"))];
        await registry.Submitted(Paid("Figures open"));
        await registry.MoveClock("2027-02-03T06:00:00Z");
        (await registry.Post("approver-1", $"/v1/permit-applications/{files[0]}/refuse",
            new { grounds = new[] { "court-ban" }, reasons = "x" }, "\"4\"")).Demand(200);
        await registry.MoveClock("2027-02-08T06:00:00Z");
        (await registry.Approve(files[1], "2027-02-08")).Demand(200);
        await registry.MoveClock("2027-03-01T06:00:00Z");
        (await registry.Approve(files[2], "2027-03-01")).Demand(200);

        var after = (await registry.Get("officer-1", "/v1/permit-applications/figures?from=2027-02-01&to=2027-03-31")).Demand(200);
        // Two, five and twenty working days; the last is five days late, and the open one is late, too.
        Assert.Equal(
            (2, 1, 5m, 1),
            (after["approved"].GetInt32(), after["refused"].GetInt32(), after["medianWorkingDays"].GetDecimal(), after["decidedOverdue"]
                .GetInt32()));
        Assert.Equal(("court-ban", 1),
            (after["refusalsByGround"][0].GetProperty("ground").GetString(), after["refusalsByGround"][0].GetProperty("count").GetInt32()));
        Assert.True(after["openOverdue"].GetInt32() >= 1);
        foreach (var range in new[] { "from=2027-02-01&to=2027-01-31", "from=0001-01-01", "to=9999-12-31" })
            (await registry.Get("officer-1", $"/v1/permit-applications/figures?{range}")).DemandProblem(400, "invalid-input");
    }

    [Fact]
    public async Task A_refused_application_is_copied_into_a_new_draft()
    {
        var id = await registry.Recommended(Files.Application(address: "Copy"), "Refuse");
        (await registry.Post(Owner, $"/v1/permit-applications/{id}/copy")).DemandProblem(409, "invalid-transition");
        (await registry.Post("approver-1", $"/v1/permit-applications/{id}/refuse", new { grounds = new[] { "court-ban" }, reasons = "x" },
            "\"4\"")).Demand(200);
        (await registry.Post(Stranger, $"/v1/permit-applications/{id}/copy")).DemandProblem(404, "application-not-found");

        var copy = (await registry.Post(Owner, $"/v1/permit-applications/{id}/copy")).Demand(201);
        Assert.Equal(("Draft", "Copy", 1),
            (copy["status"].GetString(), copy["site"].GetProperty("address").GetString(), copy["version"].GetInt32()));
        Assert.NotEqual(id, copy["id"].GetString());
        // The receipt has paid for the review that ended: the copy needs one of its own.
        Assert.Equal(JsonValueKind.Null, copy["stateFee"].ValueKind);
        (await registry.Post(Owner, $"/v1/permit-applications/{copy["id"].GetString()}/submit")).DemandProblem(409, "state-fee-missing");
        (await registry.Send(Owner, HttpMethod.Put, $"/v1/permit-applications/{copy["id"].GetString()}",
            Files.Application(address: "Copy"), copy.ETag)).Demand(200);
        (await registry.Post(Owner, $"/v1/permit-applications/{copy["id"].GetString()}/submit")).Demand(200);
    }

    [Fact]
    public async Task Withdrawing_closes_the_open_questions()
    {
        var id = await registry.UnderReview(Files.Application(address: "Withdraw"));
        (await Move(id, "request-information", Question)).Demand(200);
        var withdrawn = (await registry.Post(Owner, $"/v1/permit-applications/{id}/withdraw")).Demand(200);
        Assert.Equal(("Withdrawn", "Withdrawn"),
            (withdrawn["status"].GetString(), withdrawn["informationRequests"][0].GetProperty("closedAs").GetString()));
    }

    private async Task<string> Filed(string at, string address)
    {
        await registry.MoveClock(at);
        return await registry.Submitted(Files.Application(address: address));
    }

    private static void Elsewhere(System.Text.Json.Nodes.JsonObject body) => body["site"]!["region"] = "55";

    private Task<Answer> Move(string id, string transition, object body) =>
        registry.Post("officer-1", $"/v1/permit-applications/{id}/{transition}", body);

    private static System.Text.Json.Nodes.JsonObject Paid(string address) =>
        Files.Application(address: address, change: b => b["stateFee"]!["amountKzt"] = 20_000_000);

    private static string Plain(JsonElement change, string name) => change.GetProperty(name).ToString();
}
