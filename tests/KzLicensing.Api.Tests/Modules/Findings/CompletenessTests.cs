using System.Text;
using System.Text.Json;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Findings;

public sealed class CompletenessTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Quarter = "/v1/metering/completeness?period=2026-Q1";

    public async ValueTask InitializeAsync()
    {
        await registry.MoveClock("2026-05-01T06:00:00Z");
        if ((await registry.Get("tax-1", Quarter))["points"].GetInt32() > 0) return;
        // C-1 and C-2 lack a day and two months of purchases; C-3 is another operator's and has no meter.
        foreach (var code in new[] { "C-1", "C-2" })
        {
            (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code))).Demand(201);
            (await registry.Upload(Files.Readings(code, new DateOnly(2026, 1, 1), 59, "10"))).Demand(201);
            (await registry.Upload(Files.Readings(code, new DateOnly(2026, 3, 2), 30, "10"))).Demand(201);
            await Buy(code, "2026-01", 7_440);
        }

        var unmetered = Files.Point("C-3", change: b => (b["meterState"], b["powerSource"]) = ("Absent", "OwnGeneration"));
        (await registry.Post("grid-2", "/v1/metering-points", unmetered)).Demand(201);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_is_missing_is_counted_until_it_has_come_or_is_acknowledged()
    {
        var point = await Item("C-1");
        Assert.Equal((2_160, 2_136, 24), (Number(point, "expectedHours"), Number(point, "measuredHours"), Number(point, "missingHours")));
        Assert.Equal(["2026-02", "2026-03"], point.GetProperty("monthsWithoutPurchases").EnumerateArray().Select(m => m.GetString()));
        Assert.Equal("""{"Gap":1,"LoadWithoutLicense":2,"PurchasesMismatch":2}""", point.GetProperty("openFindings").GetRawText());
        Assert.False(point.GetProperty("complete").GetBoolean());

        await Buy("C-1", "2026-02", 6_720);
        await Buy("C-1", "2026-03", 7_200);
        Assert.False((await Item("C-1")).GetProperty("complete").GetBoolean());
        var gap = new { kind = "Gap", startAt = "2026-02-28T19:00:00Z", endAt = "2026-03-01T19:00:00Z", reason = "Line works" };
        (await registry.Post("inspector-1", "/v1/metering-points/C-1/findings/acknowledge", gap)).Demand(201);
        var after = await Item("C-1");
        Assert.Equal((true, 24), (after.GetProperty("complete").GetBoolean(), Number(after, "missingHours")));
        Assert.Equal("""{"LoadWithoutLicense":2}""", after.GetProperty("openFindings").GetRawText());
    }

    [Fact]
    public async Task An_operator_asks_for_its_own_points_and_others_for_all_or_one()
    {
        Assert.Equal(["C-1", "C-2"], await Codes("grid-1", ""));
        Assert.Equal(["C-3"], await Codes("grid-2", ""));
        Assert.Equal(["C-1", "C-2", "C-3"], await Codes("auditor-1", ""));
        Assert.Equal(["C-3"], await Codes("tax-1", "&operator=grid-2"));
        Assert.True((await registry.Get("grid-2", Quarter)).Demand(200)["complete"].GetBoolean());
        (await registry.Get("officer-1", Quarter)).DemandProblem(403, "permission-missing");
        (await registry.Get("tax-1", "/v1/metering/completeness")).DemandProblem(400, "invalid-input");
        (await registry.Get("tax-1", Quarter + "&limit=0")).DemandProblem(400, "invalid-input");
    }

    [Fact]
    public async Task A_point_belongs_to_who_sends_most_of_its_days_and_later_to_who_sent_the_last_one()
    {
        // Another operator corrects the last stored day.
        var correction = Files.Readings("C-1", new DateOnly(2026, 3, 31), 1, "10.001");
        (await registry.UploadBytes(Encoding.UTF8.GetBytes(correction), "text/csv", persona: "grid-2")).Demand(201);
        Assert.Equal(["C-1", "C-2"], await Codes("grid-1", ""));
        Assert.Equal(["C-3"], await Codes("grid-2", ""));

        // Nothing has come of the next quarter yet.
        const string next = "/v1/metering/completeness?period=2026-Q2&operator=";
        Assert.Equal(["C-2"], await CodesOf("grid-1"));
        Assert.Equal(["C-1", "C-3"], await CodesOf("grid-2"));

        async Task<IEnumerable<string?>> CodesOf(string @operator) => (await registry.Get("tax-1", next + @operator)).Demand(200)["items"]
            .EnumerateArray().Select(i => i.GetProperty("meteringPoint").GetString());
    }

    [Fact]
    public async Task Sums_are_over_all_points_whatever_the_page_and_cells_tell_the_same()
    {
        var first = (await registry.Get("tax-1", Quarter + "&limit=2")).Demand(200);
        var second = (await registry.Get("tax-1", $"{Quarter}&limit=2&cursor={first["nextCursor"].GetString()}")).Demand(200);
        Assert.Equal((3, 4_320), (first["points"].GetInt32(), first["expectedHours"].GetInt32()));
        Assert.Equal(first["expectedHours"].GetInt32(), second["expectedHours"].GetInt32());
        Assert.Equal("C-3", Assert.Single(second["items"].EnumerateArray()).GetProperty("meteringPoint").GetString());
        Assert.Equal(JsonValueKind.Null, second["nextCursor"].ValueKind);

        var cells = (await registry.GetCsv("tax-1", Quarter)).Demand(200).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, cells.Length);
        Assert.StartsWith("meteringPoint,region,complete,expectedHours,", cells[0], StringComparison.Ordinal);
        Assert.StartsWith("C-2,35,false,2160,2136,0,24,2026-02; 2026-03,1,0,0,0,2,0,0,2", cells[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_due_yet_is_not_missing()
    {
        await registry.MoveClock("2026-01-03T19:00:00Z");
        var point = await Item("C-2");
        Assert.Equal((24, 24, 0), (Number(point, "expectedHours"), Number(point, "measuredHours"), Number(point, "missingHours")));
        Assert.True(point.GetProperty("complete").GetBoolean());
    }

    private async Task Buy(string code, string month, decimal kwh)
    {
        var purchase = new { meteringPoint = code, month, kwh, costKzt = kwh * 20, source = "SinglePurchaser", reference = "INV" };
        (await registry.Post("grid-1", "/v1/electricity-purchases", purchase)).Demand(201);
    }

    private async Task<JsonElement> Item(string code) =>
        (await registry.Get("tax-1", Quarter)).Demand(200)["items"].EnumerateArray()
            .Single(i => i.GetProperty("meteringPoint").GetString() == code);

    private async Task<IEnumerable<string?>> Codes(string persona, string filter) =>
        (await registry.Get(persona, Quarter + filter)).Demand(200)["items"].EnumerateArray()
            .Select(i => i.GetProperty("meteringPoint").GetString());

    private static int Number(JsonElement item, string member) => item.GetProperty(member).GetInt32();
}
