using System.Text.Json;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>An applicant reads states, days, questions and decisions; what officers tell each other is theirs.</summary>
public sealed class ApplicantsViewTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc, Secret = "Between us";
    private static readonly string[] Unsaid = [Secret, "officer-", "approver-", "Officer ", "Approver ", "handover"];

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(Owner)]
    [InlineData("insider")]
    public async Task No_officer_and_no_word_of_the_review_is_read_at_any_step(string reader)
    {
        registry.Hire("insider", Files.Kegoc, ["Officer"]);
        var id = await registry.Submitted(Files.Application(address: $"Read by {reader}"));
        await Step("officer-1", id, "assign", new { assignedTo = await registry.Seen("officer-5"), reasons = Secret + ": handover" });
        await AssertUnsaid(reader, id);
        await Step("officer-5", id, "start-review");
        await AssertUnsaid(reader, id);
        await Step("officer-5", id, "request-information",
            new { items = new[] { new { pointer = "/site", question = "Which feeder?" } }, respondBy = "2026-03-10" });
        await AssertUnsaid(reader, id);
        (await registry.Post(Owner, Path(id, "respond"), new { answers = new[] { new { pointer = "/site", answer = "Number 7." } } }))
            .Demand(200);
        await Step("officer-5", id, "recommend", new { outcome = "Refuse", reasons = Secret, grounds = new[] { "court-ban" } });
        await AssertUnsaid(reader, id, "court-ban", "refuse", "approve");
        await Step("approver-1", id, "return", new { reasons = Secret });
        await AssertUnsaid(reader, id, "court-ban");
        await Step("officer-5", id, "recommend", new { outcome = "Approve", reasons = Secret });
        await AssertUnsaid(reader, id, "court-ban", "approve");
        var seen = await registry.Get("officer-1", Path(id));
        (await registry.Approve(id, "2026-03-02", version: seen.ETag!)).Demand(200);
        await AssertUnsaid(reader, id, "court-ban");

        var history = (await registry.Get(reader, Path(id, "history"))).Demand(200)["items"].EnumerateArray().ToList();
        Assert.Equal(
            ["CreateApplication", "SubmitApplication", "StartReview", "RequestInformation", "RespondToRequest", "RecommendDecision",
                "ReturnToReview",
             "RecommendDecision", "ApproveApplication"],
            history.Select(s => s.GetProperty("action").GetString()));
        Assert.Equal([Owner, Owner, null, null, Owner, null, null, null, null], history.Select(s => s.GetProperty("by").GetString()));
        Assert.Equal("Agreed.", history[^1].GetProperty("reasons").GetString());
        Assert.Contains("Which feeder?", history[3].GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Recommended", history[5].GetProperty("changes").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            [("officer-5", Secret), ("approver-1", Secret)],
            (await registry.Get("officer-1", Path(id, "history?limit=1000")))["items"].EnumerateArray().Skip(6).Take(2)
                .Select(s => (s.GetProperty("by").GetString(), s.GetProperty("reasons").GetString())));
    }

    [Fact]
    public async Task Pages_of_a_history_are_full_although_steps_are_left_out()
    {
        var id = await registry.Submitted(Files.Application(address: "Pages"));
        for (var i = 0; i < 3; i++) await Step("officer-1", id, "assign", new { assignedTo = "officer-1", reasons = $"{Secret} {i}" });
        await Step("officer-1", id, "start-review");
        var first = (await registry.Get(Owner, Path(id, "history?limit=2"))).Demand(200);
        var second = (await registry.Get(Owner, Path(id, $"history?limit=2&cursor={first["nextCursor"].GetString()}"))).Demand(200);
        Assert.Equal((2, 1, JsonValueKind.Null),
            (first["items"].GetArrayLength(), second["items"].GetArrayLength(), second["nextCursor"].ValueKind));
    }

    [Fact]
    public async Task An_applicant_cannot_ask_who_works_on_the_file()
    {
        var id = await registry.UnderReview(Files.Application(address: "Asked by filter"));
        Assert.DoesNotContain(id, (await registry.Get(Owner, "/v1/permit-applications?assignedTo=officer-1&limit=1000"))
            .Demand(200).Text, StringComparison.Ordinal);
        Assert.Contains(id, (await registry.Get("officer-2", "/v1/permit-applications?assignedTo=officer-1&limit=1000"))
            .Demand(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_officer_of_the_company_reads_no_more_of_it_in_the_queue_and_in_the_feed()
    {
        registry.Hire("insider", Files.Kegoc, ["Officer"]);
        var id = await registry.UnderReview(Files.Application(address: "Asked in the queue"));
        foreach (var asked in new[] { "assignedTo=officer-1", "unassigned=false" })
        {
            Assert.DoesNotContain(id, (await registry.Get("insider", $"/v1/permit-applications/queue?limit=1000&{asked}"))
                .Demand(200).Text, StringComparison.Ordinal);
            Assert.Contains(id, (await registry.Get("officer-2", $"/v1/permit-applications/queue?limit=1000&{asked}"))
                .Demand(200).Text, StringComparison.Ordinal);
        }

        await Step("officer-1", id, "assign", new { assignedTo = "officer-1", reasons = Secret + ": handover" });
        await Step("officer-1", id, "recommend", new { outcome = "Approve", reasons = Secret });
        var license = (await registry.Approve(id, "2026-03-02", version: (await registry.Get("officer-1", Path(id))).ETag!))
            .Demand(200)["license"].GetProperty("number").GetString()!;
        var suspension = new { ground = "own-request", reasons = "Rebuilding.", from = "2026-03-02", until = "2026-05-31" };
        (await registry.Post("approver-1", $"/v1/licenses/{license}/suspend", suspension)).Demand(200);

        var own = await FeedOf("insider", id, license);
        Assert.Equal(
            ["CreateApplication", "SubmitApplication", "StartReview", "RecommendDecision", "ApproveApplication", "SuspendLicense"],
            own.Select(i => i.GetProperty("action").GetString()));
        Assert.Equal([Owner, Owner, null, null, null, null], own.Select(i => i.GetProperty("by").GetString()));
        foreach (var unsaid in Unsaid) Assert.All(own, i => Assert.DoesNotContain(unsaid, i.GetRawText(), StringComparison.Ordinal));
        Assert.Contains("Rebuilding.", own[^1].GetRawText(), StringComparison.Ordinal);

        var others = await FeedOf("officer-2", id, license);
        Assert.Equal(own.Count + 1, others.Count);
        Assert.Contains(others, i => i.GetRawText().Contains(Secret, StringComparison.Ordinal));
        Assert.All(others, i => Assert.Equal(JsonValueKind.String, i.GetProperty("by").ValueKind));
    }

    [Theory]
    [InlineData("Approve")]
    [InlineData("Refuse")]
    public async Task The_place_in_the_queue_and_the_moves_do_not_tell_what_was_recommended(string outcome)
    {
        var id = await registry.Recommended(Files.Application(address: $"Place {outcome}"), outcome);
        var view = (await registry.Get(Owner, Path(id))).Demand(200);
        Assert.Equal((JsonValueKind.Number, """["withdraw"]"""), (view["waitingPosition"].ValueKind, view["allowed"].GetRawText()));
        var refused = (await registry.Post(Owner, Path(id, "submit"))).DemandProblem(409, "invalid-transition");
        Assert.Equal("""["withdraw"]""", refused["allowed"].GetRawText());

        registry.Hire("insider", Files.Kegoc, ["Officer"]);
        Assert.DoesNotContain(id, (await registry.Get("insider", "/v1/capacity/waiting?limit=1000"))
            .Demand(200).Text, StringComparison.Ordinal);
        Assert.Equal(outcome == "Approve", (await registry.Get("officer-2", "/v1/capacity/waiting?limit=1000"))
            .Demand(200).Text.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_payer_reads_no_note_and_no_name_of_those_who_keep_its_metering_points()
    {
        await registry.MoveClock("2026-02-02T06:00:00Z");
        (await registry.Post("grid-4", "/v1/metering-points", Files.Point("V-1"))).Demand(201);
        var body = new { kind = "Gap", startAt = "2025-12-31T19:00:00Z", endAt = "2026-01-31T19:00:00Z", reason = Secret };
        (await registry.Post("inspector-4", "/v1/metering-points/V-1/findings/acknowledge", body)).Demand(201);
        var purchase = new { meteringPoint = "V-1", month = "2026-01", kwh = 1, costKzt = 1, source = "s", reference = "r" };
        var recorded = (await registry.Post("grid-4", "/v1/electricity-purchases", purchase)).Demand(201)["id"].GetString();
        (await registry.Post("grid-4", $"/v1/electricity-purchases/{recorded}/withdraw", new { reason = "Twice." })).Demand(200);

        registry.Hire("insider", Files.Kegoc, ["TaxAuthority", "Inspector"]);
        string[] paths =
        [
            "/v1/metering-points/V-1", "/v1/metering-points/V-1/findings?kind=Gap", "/v1/findings?kind=Gap",
            "/v1/metering-points/V-1/facts",
            "/v1/electricity-purchases?meteringPoint=V-1",
        ];
        foreach (var (reader, path) in new[] { Owner, "insider" }.SelectMany(_ => paths, (reader, path) => (reader, path)))
        {
            var read = (await registry.Get(reader, path)).Demand(200).Text;
            foreach (var unsaid in new[] { Secret, "inspector-4", "grid-4" }) Assert.DoesNotContain(unsaid, read, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Secret, (await registry.GetCsv(Owner, "/v1/findings?kind=Gap")).Demand(200).Text, StringComparison.Ordinal);
        var told = (await registry.Get("tax-1", "/v1/metering-points/V-1/findings?kind=Gap")).Demand(200)["items"][0]
            .GetProperty("acknowledged");
        Assert.Equal(("inspector-4", Secret), (told.GetProperty("by").GetString(), told.GetProperty("reason").GetString()));
        Assert.Equal(
            JsonValueKind.String,
            (await registry.Get(Owner, "/v1/metering-points/V-1/findings?kind=Gap"))["items"][0].GetProperty("acknowledged")
                .GetProperty("at").ValueKind);
    }

    private async Task AssertUnsaid(string reader, string id, params string[] more)
    {
        var read = new List<string>();
        foreach (var path in new[] { Path(id), Path(id, "history"), Path(id, "documents"), "/v1/permit-applications?limit=1000" })
            read.Add((await registry.Get(reader, path)).Demand(200).Text);
        read.Add((await registry.GetCsv(Owner, "/v1/permit-applications")).Demand(200).Text);
        // The list of an officer shows what others have filed, too.
        if (reader != Owner) read.RemoveAt(3);
        foreach (var text in read.Select(t => t.Replace("First file of officer-5", "", StringComparison.Ordinal)))
        {
            foreach (var unsaid in Unsaid) Assert.DoesNotContain(unsaid, text, StringComparison.Ordinal);
        }

        foreach (var unsaid in more)
        {
            foreach (var text in read.Take(2)) Assert.DoesNotContain($"\"{unsaid}\"", text, StringComparison.Ordinal);
        }
    }

    private async Task<List<JsonElement>> FeedOf(string reader, string id, string license) =>
        [.. (await registry.Get(reader, "/v1/licensing-feed?limit=1000")).Demand(200)["items"].EnumerateArray()
            .Where(i => i.GetProperty("subject").GetString() is var subject
                && (subject == $"application:{id}" || subject == $"license:{license}"))];

    private async Task Step(string by, string id, string transition, object? body = null) =>
        (await registry.Post(by, Path(id, transition), body)).Demand(200);

    private static string Path(string id, string? more = null) => $"/v1/permit-applications/{id}" + (more is null ? "" : $"/{more}");
}
