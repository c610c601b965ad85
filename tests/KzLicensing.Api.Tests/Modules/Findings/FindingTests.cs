using System.Text.Json;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Findings;

public sealed class FindingTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc, Stranger = "applicant-" + Files.Halyk,
    January = "from=2026-01-01&to=2026-02-01";
    private static readonly DateOnly NewYear = new(2026, 1, 1);

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-02-10T06:00:00Z");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Findings_follow_the_readings_and_the_facts()
    {
        await Point("F-1");
        await Load("F-1", NewYear, 10, "100");
        await Load("F-1", NewYear.AddDays(11), 20, "100");
        var gap = Assert.Single(await Found("F-1", "kind=Gap"));
        Assert.Equal(("2026-01-10T19:00:00Z", "2026-01-11T19:00:00Z", 24),
            (Text(gap, "startAt"), Text(gap, "endAt"), gap.GetProperty("hours").GetInt32()));
        // 24 hours of the maximum capacity, at the rate without a license (Tax Code 214-VIII art. 658).
        Assert.Equal((300_000m, 7_500_000m), (Number(gap, "kwh"), Number(gap, "kzt")));

        await Load("F-1", NewYear.AddDays(10), 1, "100");
        Assert.Empty(await Found("F-1", "kind=Gap"));
        Assert.Empty(await Found("F-1", "kind=OverCapacity"));
        (await registry.Post("inspector-1", "/v1/metering-points/F-1/facts", new { from = "2026-01-30", maximumCapacityKw = 90 }))
            .Demand(201);
        var over = Assert.Single(await Found("F-1", "kind=OverCapacity"));
        Assert.Equal((48, 480m), (over.GetProperty("hours").GetInt32(), Number(over, "kwh")));
    }

    [Fact]
    public async Task Load_without_a_license_and_while_suspended_puts_the_fee_of_no_license_at_stake()
    {
        await registry.MoveClock("2026-01-04T06:00:00Z");
        var license = await registry.Licensed("2026-01-11", Files.Application(Files.KazMunayGas, address: "Findings 1"));
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-2", Files.KazMunayGas, license))).Demand(201);
        var suspension = new { ground = "changes-not-reported", reasons = "Site moved.", from = "2026-01-21", until = "2026-02-28" };
        (await registry.Post("officer-1", $"/v1/licenses/{license}/suspend", suspension, "\"1\"")).Demand(200);
        await registry.MoveClock("2026-02-10T06:00:00Z");
        await Load("F-2", NewYear, 31, "10");

        var without = Assert.Single(await Found("F-2", "kind=LoadWithoutLicense"));
        Assert.Equal(("2025-12-31T19:00:00Z", "2026-01-10T19:00:00Z"), (Text(without, "startAt"), Text(without, "endAt")));
        Assert.Equal((2_400m, 60_000m), (Number(without, "kwh"), Number(without, "kzt")));
        var suspended = Assert.Single(await Found("F-2", "kind=LoadWhileSuspended"));
        Assert.Equal(("2026-01-20T19:00:00Z", 2_640m, 66_000m),
            (Text(suspended, "startAt"), Number(suspended, "kwh"), Number(suspended, "kzt")));
    }

    [Fact]
    public async Task A_finding_is_the_same_whatever_range_is_asked()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-9", change: b => b["from"] = "2025-11-01"))).Demand(201);
        await Load("F-9", new DateOnly(2025, 11, 20), 60, "10");
        await Load("F-9", new DateOnly(2026, 2, 3), 5, "10");
        var gap = Assert.Single(await Found("F-9", "kind=Gap"));
        Assert.Equal(("2026-01-18T19:00:00Z", "2026-02-02T19:00:00Z"), (Text(gap, "startAt"), Text(gap, "endAt")));
        Assert.Equal(gap.GetRawText(), (await Found("F-9", "kind=Gap", "from=2026-02-20&to=2026-02-21"))[0].GetRawText());
        Assert.Equal(gap.GetRawText(), (await Found("F-9", "kind=Gap", "from=2025-11-01&to=2026-03-01"))[1].GetRawText());
        Assert.Equal(gap.GetRawText(), (await All("tax-1", "&kind=Gap")).Single(f => Text(f, "meteringPoint") == "F-9").GetRawText());

        // Load without a license went on over new year: every year has its own part, seen from any of its months.
        string[] years = ["2025-11-19T19:00:00Z|2025-12-31T19:00:00Z", "2025-12-31T19:00:00Z|2026-01-18T19:00:00Z"];
        Assert.Equal(years[..1], await Loads("from=2025-12-01&to=2026-01-01"));
        Assert.Equal(years[..1], await Loads("from=2025-11-01&to=2025-12-01"));
        Assert.Equal(years[1..], await Loads(January));
        Assert.Equal(years, await Loads("from=2025-12-01&to=2026-02-01"));

        async Task<IEnumerable<string>> Loads(string range) =>
            (await Found("F-9", "kind=LoadWithoutLicense", range)).Select(f => $"{Text(f, "startAt")}|{Text(f, "endAt")}");
    }

    [Fact]
    public async Task Hours_at_zero_that_are_few_on_either_side_of_a_quarters_end_are_told_in_both()
    {
        await registry.MoveClock("2026-01-04T06:00:00Z");
        var license = await registry.Licensed("2026-01-11", Files.Application(Files.KazMunayGas, address: "Findings 2"));
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-10", Files.KazMunayGas, license))).Demand(201);
        await registry.MoveClock("2026-04-10T06:00:00Z");
        await Load("F-10", NewYear, 97, "10");
        var lines = Files.Readings("F-10", new DateOnly(2026, 3, 31), 2, "0").Split('\n');
        (await registry.Upload(string.Join('\n', [lines[0], .. lines[5..45], ""]))).Demand(201);

        var quarter = Assert.Single(await Found("F-10", "kind=FlatZero", "from=2026-01-01&to=2026-04-01"));
        Assert.Equal(("2026-03-30T23:00:00Z", "2026-04-01T15:00:00Z"), (Text(quarter, "startAt"), Text(quarter, "endAt")));
        Assert.Equal(quarter.GetRawText(), Assert.Single(await Found("F-10", "kind=FlatZero", "from=2026-04-01&to=2026-07-01"))
            .GetRawText());
        await registry.MoveClock("2026-02-10T06:00:00Z");
    }

    [Fact]
    public async Task Load_before_the_first_fact_is_load_without_a_license()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-11", Files.Halyk, change: b => b["from"] = "2026-01-11")))
            .Demand(201);
        await Load("F-11", NewYear, 20, "10");
        var loads = await Found("F-11", "kind=LoadWithoutLicense");
        Assert.Equal([240, 240], loads.Select(f => f.GetProperty("hours").GetInt32()));
        Assert.Equal([2_400m, 2_400m], loads.Select(f => Number(f, "kwh")));
        // Nobody knows yet at which rate.
        Assert.Equal((JsonValueKind.Null, 60_000m), (loads[0].GetProperty("kzt").ValueKind, Number(loads[1], "kzt")));
        Assert.Equal("2026-01-10T19:00:00Z",
            Text(Assert.Single(await Found("F-11", "kind=LoadWithoutLicense", persona: Stranger)), "startAt"));

        await Load("F-11", new DateOnly(2025, 12, 1), 1, "10");
        var december = (await registry.Get("tax-1", "/v1/findings?from=2025-12-01&to=2025-12-31&kind=LoadWithoutLicense"))
            .Demand(200)["items"];
        Assert.Contains(december.EnumerateArray(), f => Text(f, "meteringPoint") == "F-11" && Number(f, "kwh") == 240);
    }

    [Fact]
    public async Task What_is_acknowledged_says_so_and_what_grows_beyond_it_is_open()
    {
        await Point("F-3");
        await Load("F-3", NewYear, 5, "100");
        await Load("F-3", NewYear.AddDays(8), 23, "100");
        var gap = Assert.Single(await Found("F-3", "kind=Gap"));
        var body = new { kind = "Gap", startAt = Text(gap, "startAt"), endAt = Text(gap, "endAt"), reason = "Line works, act 12" };
        var acknowledged = (await registry.Post("inspector-1", "/v1/metering-points/F-3/findings/acknowledge", body, key: "ack-1"))
            .Demand(201);
        Assert.Equal(72, Assert.Single(acknowledged["items"].EnumerateArray()).GetProperty("hours").GetInt32());
        var again = await registry.Post("inspector-1", "/v1/metering-points/F-3/findings/acknowledge", body, key: "ack-1");
        Assert.Equal(acknowledged.Text, again.Demand(201).Text);
        Assert.Empty(await Found("F-3", "kind=Gap&open=true"));
        var told = Assert.Single(await Found("F-3", "kind=Gap")).GetProperty("acknowledged");
        Assert.Equal(("inspector-1", "Line works, act 12"), (Text(told, "by"), Text(told, "reason")));

        // The meter stood still earlier than was believed: February has two more days without a reading.
        await registry.MoveClock("2026-02-20T06:00:00Z");
        var open = await Found("F-3", "kind=Gap&open=true", "from=2026-01-01&to=2026-03-01");
        Assert.Equal("2026-01-31T19:00:00Z", Text(Assert.Single(open), "startAt"));
        await registry.MoveClock("2026-02-10T06:00:00Z");
    }

    [Fact]
    public async Task What_changes_in_the_hours_that_are_acknowledged_opens_them_and_says_so()
    {
        await Point("F-8");
        await Load("F-8", NewYear, 10, "100");
        await Load("F-8", NewYear.AddDays(10), 1, "20000");
        await Load("F-8", NewYear.AddDays(11), 1, "15000");
        await Load("F-8", NewYear.AddDays(12), 19, "100");
        var over = Assert.Single(await Found("F-8", "kind=OverCapacity"));
        var body = new
        {
            kind = "OverCapacity",
            startAt = "2026-01-01T00:00:00Z",
            endAt = "2026-02-01T00:00:00Z",
            reason = "Test of a transformer"
        };
        (await registry.Post("inspector-1", "/v1/metering-points/F-8/findings/acknowledge", body)).Demand(201);
        Assert.Empty(await Found("F-8", "kind=OverCapacity&open=true"));

        // The same kWh, but on the other day.
        await Load("F-8", NewYear.AddDays(10), 1, "15000");
        await Load("F-8", NewYear.AddDays(11), 1, "20000");
        var open = Assert.Single(await Found("F-8", "kind=OverCapacity&open=true"));
        Assert.Equal(Number(over, "kwh"), Number(open, "kwh"));
        Assert.Equal(("inspector-1", "Test of a transformer"),
            (Text(open.GetProperty("lapsed"), "by"), Text(open.GetProperty("lapsed"), "reason")));
    }

    [Fact]
    public async Task Nothing_is_acknowledged_where_nothing_is_wrong()
    {
        await Point("F-4");
        await Load("F-4", NewYear, 31, "100");
        var before = await registry.Written();
        const string path = "/v1/metering-points/F-4/findings/acknowledge";
        var body = new { kind = "Gap", startAt = "2026-01-05T00:00:00Z", endAt = "2026-01-06T00:00:00Z", reason = "r" };
        (await registry.Post("inspector-1", path, body)).DemandProblem(409, "finding-not-found");
        (await registry.Post("inspector-1", path, body with { startAt = "2026-01-05T00:30:00Z" })).DemandProblem(400, "invalid-input");
        (await registry.Post("inspector-1", path, body with { endAt = "2026-01-05T00:00:00Z" })).DemandProblem(400, "invalid-input");
        (await registry.Post("inspector-1", path, body with { reason = "" })).DemandProblem(400, "invalid-input");
        (await registry.Post("inspector-1", path, body with { startAt = "0001-01-01T00:00:00Z" })).DemandProblem(400, "invalid-input");
        (await registry.Post("inspector-1", path, body with { endAt = "9999-12-31T23:00:00Z" })).DemandProblem(400, "invalid-input");
        (await registry.Post("inspector-1", path, body with { startAt = "2021-01-05T00:00:00Z" })).DemandProblem(400, "range-too-long");
        (await registry.Post("inspector-1", path, body with { endAt = "2026-02-10T07:00:00Z" })).DemandProblem(409, "finding-in-future");
        (await registry.Post("inspector-1", "/v1/metering-points/NONE/findings/acknowledge", body))
            .DemandProblem(404, "metering-point-not-found");
        (await registry.Post("grid-1", path, body)).DemandProblem(403, "permission-missing");
        Assert.Equal(before, await registry.Written());

        // A part of a finding may be in order.
        var part = new { kind = "LoadWithoutLicense", startAt = "2026-01-05T00:00:00Z", endAt = "2026-01-06T00:00:00Z", reason = "r" };
        (await registry.Post("tax-1", path, part)).Demand(201);
        var open = (await Found("F-4", "kind=LoadWithoutLicense"))
            .Select(f => f.GetProperty("acknowledged").ValueKind is JsonValueKind.Null);
        Assert.Equal([true, false, true], open);
    }

    [Fact]
    public async Task A_payer_sees_what_is_wrong_on_the_days_that_it_pays_for()
    {
        await Point("F-5");
        await Load("F-5", NewYear, 31, "1");
        (await registry.Post("grid-1", "/v1/metering-points/F-5/facts", new { from = "2026-01-11", payerBin = Files.Halyk })).Demand(201);
        Assert.Equal([240], await Hours(Owner));
        Assert.Equal([504], await Hours(Stranger));
        Assert.Equal([240, 504], await Hours("tax-1"));
        await registry.MoveClock("2026-03-10T06:00:00Z");
        Assert.Empty(await Found("F-5", "kind=PurchasesMismatch", persona: Owner));
        Assert.Single(await Found("F-5", "kind=PurchasesMismatch"));
        await registry.MoveClock("2026-02-10T06:00:00Z");
        (await registry.Get("applicant-" + Files.Kaspi, "/v1/metering-points/F-5/findings")).DemandProblem(404, "metering-point-not-found");
        Assert.DoesNotContain(await All("applicant-" + Files.Kaspi, ""), f => Text(f, "meteringPoint") == "F-5");

        async Task<IEnumerable<int>> Hours(string persona) =>
            (await Found("F-5", "kind=LoadWithoutLicense", persona: persona)).Select(f => f.GetProperty("hours").GetInt32());
    }

    [Fact]
    public async Task Payers_of_one_month_and_the_staff_see_the_same_findings()
    {
        await Point("F-6");
        (await registry.Post("grid-1", "/v1/metering-points/F-6/facts", new { from = "2026-01-16", payerBin = Files.Halyk })).Demand(201);
        // Estimated on two days of one payer's share; the two days without a reading lie on both sides of the change.
        await Load("F-6", NewYear, 14, "1");
        await Load("F-6", new DateOnly(2026, 1, 17), 15, "1");
        var estimated = Files.Readings("F-6", new DateOnly(2026, 1, 30), 2, "1").Replace("Measured", "Estimated", StringComparison.Ordinal);
        (await registry.Upload(estimated)).Demand(201);

        var all = await Seen("tax-1");
        var (first, second) = (await Seen(Owner), await Seen(Stranger));
        Assert.Equal(all, first.Concat(second).Order());
        Assert.Contains(second, f => f.StartsWith("TooMuchEstimated 384", StringComparison.Ordinal));
        Assert.DoesNotContain(first, f => f.StartsWith("TooMuchEstimated", StringComparison.Ordinal));
        Assert.Contains(first, f => f.StartsWith("Gap 24", StringComparison.Ordinal));
        Assert.Contains(second, f => f.StartsWith("Gap 24", StringComparison.Ordinal));

        async Task<List<string>> Seen(string persona) =>
            [.. (await Found("F-6", "", persona: persona))
                .Select(f => $"{Text(f, "kind")} {f.GetProperty("hours")} {Text(f, "startAt")} {Number(f, "kwh")}").Order()];
    }

    [Fact]
    public async Task A_note_holds_for_the_payer_that_it_was_made_of()
    {
        await Point("F-7");
        await Load("F-7", NewYear, 31, "1");
        var note = new { kind = "LoadWithoutLicense", startAt = "2025-12-31T19:00:00Z", endAt = "2026-01-31T19:00:00Z", reason = "r" };
        (await registry.Post("tax-1", "/v1/metering-points/F-7/findings/acknowledge", note)).Demand(201);
        Assert.NotEqual(JsonValueKind.Null, Assert.Single(await Found("F-7", "kind=LoadWithoutLicense"))
            .GetProperty("acknowledged").ValueKind);
        (await registry.Post("grid-1", "/v1/metering-points/F-7/facts", new { from = "2026-01-01", payerBin = Files.Halyk })).Demand(201);
        var open = Assert.Single(await Found("F-7", "kind=LoadWithoutLicense"));
        Assert.Equal(JsonValueKind.Null, open.GetProperty("acknowledged").ValueKind);
        Assert.Equal("r", open.GetProperty("lapsed").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task The_list_is_filtered_and_pages_and_lines_tell_the_same()
    {
        foreach (var code in new[] { "G-1", "G-2", "G-3" })
        {
            await Point(code, "61");
            await Load(code, NewYear, 20, "1");
            await Load(code, NewYear.AddDays(22), 5, "20000");
        }

        var lines = (await registry.Send("tax-1", HttpMethod.Get, $"/v1/findings?region=61&{January}", accept: "application/x-ndjson"))
            .Demand(200);
        var whole = lines.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var paged = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await registry.Get("tax-1", $"/v1/findings?region=61&{January}&limit=4{cursor}")).Demand(200);
            paged.AddRange(page["items"].EnumerateArray().Select(i => i.GetRawText()));
            cursor = page["nextCursor"].GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(whole, paged);
        Assert.Equal(["Gap", "Gap", "LoadWithoutLicense", "LoadWithoutLicense", "OverCapacity"], whole.Select(l => JsonElement.Parse(l))
            .Where(f => Text(f, "meteringPoint") == "G-2").Select(f => Text(f, "kind")).Order(StringComparer.Ordinal));
        Assert.Equal(["G-1", "G-2", "G-3"], (await All("tax-1", "&region=61&kind=OverCapacity")).Select(f => Text(f, "meteringPoint")));
        Assert.Equal(whole.Length, (await All("tax-1", "&region=61&operator=grid-1")).Count);
        Assert.Empty(await All("tax-1", "&region=61&operator=grid-2"));
        var cells = (await registry.GetCsv("tax-1", $"/v1/findings?{January}")).Demand(200);
        Assert.StartsWith("meteringPoint,region,kind,startAt,endAt,", cells.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=2020-01-01&to=2023-01-01", "range-too-long")]
    [InlineData("from=2026-02-01&to=2026-02-01", "invalid-input")]
    [InlineData("kind=Rumor", "invalid-input")]
    [InlineData("limit=1001", "invalid-input")]
    [InlineData("cursor=AAAA", "cursor-invalid")]
    public async Task A_bad_question_is_refused(string query, string code)
    {
        await Point("F-6");
        (await registry.Get("tax-1", "/v1/findings?" + query)).DemandProblem(400, code);
        (await registry.Get("tax-1", "/v1/metering-points/F-6/findings?" + query)).DemandProblem(400, code);
    }

    [Theory]
    [InlineData("from=2099-01-01")]
    [InlineData("to=2020-01-02")]
    [InlineData("from=2020-01-01&to=2022-01-01")]
    [InlineData("")]
    public async Task Half_a_range_or_none_is_completed(string query)
    {
        await Point("F-7");
        (await registry.Get("tax-1", "/v1/findings?" + query)).Demand(200);
        (await registry.Get("tax-1", "/v1/metering-points/F-7/findings?" + query)).Demand(200);
    }

    private async Task Point(string code, string region = "35") =>
        await registry.Post("grid-1", "/v1/metering-points", Files.Point(code, change: b => b["siteRegion"] = region));

    private async Task Load(string code, DateOnly from, int days, string kwh) =>
        (await registry.Upload(Files.Readings(code, from, days, kwh))).Demand(201);

    private async Task<List<JsonElement>> Found(string code, string filter, string range = January, string persona = "tax-1") =>
        [.. (await registry.Get(persona, $"/v1/metering-points/{code}/findings?{range}&{filter}")).Demand(200)["items"].EnumerateArray()];

    private async Task<List<JsonElement>> All(string persona, string filter) =>
        [.. (await registry.Get(persona, $"/v1/findings?{January}&limit=1000{filter}")).Demand(200)["items"].EnumerateArray()];

    private static string? Text(JsonElement item, string member) => item.GetProperty(member).GetString();

    private static decimal Number(JsonElement item, string member) => item.GetProperty(member).GetDecimal();
}
