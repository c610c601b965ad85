using System.Text.Json;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

public sealed class ConsumptionTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-11-20T06:00:00Z");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_step_sums_the_same_hours_and_counts_the_missing_ones()
    {
        await Point("C-1", "35", "2026-01-01");
        (await registry.Upload(Files.Readings("C-1", new DateOnly(2026, 1, 30), 3, "2.500"))).Demand(201);
        (await registry.Upload("meteringPoint,startAt,kwh,quality\nC-1,2026-02-03T04:00:00Z,7,Estimated\n")).Demand(201);

        var days = await Items("C-1", "from=2026-01-30&to=2026-02-04&step=day");
        Assert.Equal([60m, 60m, 60m, 0m, 7m], days.Select(Kwh));
        Assert.Equal([0, 0, 0, 24, 23], days.Select(Missing));
        Assert.Equal(7m, days[4].GetProperty("estimatedKwh").GetDecimal());

        Assert.Equal([120m, 67m], (await Items("C-1", "from=2026-01-30&to=2026-02-04&step=month")).Select(Kwh));
        Assert.Equal([187m], (await Items("C-1", "from=2026-01-01&to=2026-04-01&step=quarter")).Select(Kwh));
        var hours = await Items("C-1", "from=2026-02-03&to=2026-02-04&step=hour");
        Assert.Equal((24, 7m, 9), (hours.Count, hours.Sum(Kwh), hours.FindIndex(h => Kwh(h) > 0)));
    }

    [Fact]
    public async Task Only_hours_of_a_working_meter_that_are_due_are_missing()
    {
        await Point("C-9", "35", "2026-11-12");
        (await registry.Post("grid-1", "/v1/metering-points/C-9/facts", new { from = "2026-11-14", meterState = "Faulty" })).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points/C-9/facts", new { from = "2026-11-16", meterState = "Working" })).Demand(201);
        (await registry.Upload(Files.Readings("C-9", new DateOnly(2026, 11, 11), 2, "1"))).Demand(201);

        // Nobody knew of the point before the 12th; two days of grace end at eleven on the 18th.
        var days = await Items("C-9", "from=2026-11-10&to=2026-11-22&step=day");
        Assert.Equal([0, 24, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0], days.Select(d => Hours(d, "measured")));
        Assert.Equal([0, 0, 0, 24, 0, 0, 24, 24, 11, 0, 0, 0], days.Select(Missing));
        // What completeness tells is the same.
        var quarter = (await registry.Get("tax-1", "/v1/metering/completeness?period=2026-Q4&limit=1000")).Demand(200)["items"];
        var point = quarter.EnumerateArray().Single(i => i.GetProperty("meteringPoint").GetString() == "C-9");
        Assert.Equal((24, 24 + 2 * 24 + 11), (Hours(point, "measured"), Missing(point)));
    }

    [Fact]
    public async Task The_day_on_which_clocks_went_back_has_twenty_five_hours_in_Almaty_and_not_in_Aktau()
    {
        foreach (var (code, region) in new[] { ("ALMATY", "75"), ("AKTAU", "47") })
        {
            await Point(code, region, "2024-01-01");
            (await registry.Upload(Files.Readings(code, new DateOnly(2024, 2, 27), 5, "1"))).Demand(201);
        }

        Assert.Equal([24m, 25m, 24m], (await Items("ALMATY", "from=2024-02-28&to=2024-03-02&step=day")).Select(Kwh));
        Assert.Equal([24m, 24m, 24m], (await Items("AKTAU", "from=2024-02-28&to=2024-03-02&step=day")).Select(Kwh));
    }

    [Theory]
    [InlineData("from=2026-02-01&to=2026-02-01", 400, "invalid-input")]
    [InlineData("from=2026-02-02&to=2026-02-01", 400, "invalid-input")]
    [InlineData("from=2026-02-01", 400, "invalid-input")]
    [InlineData("from=2026-01-01&to=2026-02-01&step=week", 400, "invalid-input")]
    [InlineData("from=2026-01-01&to=2026-02-01&knownAt=2026-03-01", 400, "invalid-input")]
    [InlineData("from=2020-01-01&to=2035-01-01&step=hour", 400, "range-too-long")]
    [InlineData("from=2026-01-01&to=2026-02-01&limit=0", 400, "invalid-input")]
    [InlineData("from=2026-01-01&to=2026-02-01&cursor=abc", 400, "cursor-invalid")]
    public async Task A_range_is_well_formed_and_not_too_long(string query, int status, string code)
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("C-2"));
        (await registry.Get("grid-1", "/v1/metering-points/C-2/consumption?" + query)).DemandProblem(status, code);
        (await registry.Get("grid-1", "/v1/consumption?" + query)).DemandProblem(status, code);
    }

    [Fact]
    public async Task Each_row_says_how_well_it_is_known()
    {
        await Point("C-3", "35", "2026-01-01");
        (await registry.Upload(Files.Readings("C-3", new DateOnly(2026, 1, 1), 1, "2.500"))).Demand(201);
        var later = string.Concat(Enumerable.Range(0, 6).Select(h => $"C-3,2026-01-02T{h:D2}:00:00Z,1,Estimated\n"));
        (await registry.Upload("meteringPoint,startAt,kwh,quality\n" + later)).Demand(201);

        var whole = Assert.Single(await Items("C-3", "from=2026-01-01&to=2026-01-04&step=month"));
        Assert.Equal((66m, 6m), (Kwh(whole), whole.GetProperty("estimatedKwh").GetDecimal()));
        Assert.Equal((24, 6, 42), (Hours(whole, "measured"), Hours(whole, "estimated"), Missing(whole)));
        Assert.Equal([0.3333m, 0.0833m, 0.5833m],
            new[] { "measuredShare", "estimatedShare", "missingShare" }.Select(s => whole.GetProperty(s).GetDecimal()));
    }

    [Fact]
    public async Task Pages_lines_and_cells_tell_the_same_rows()
    {
        await Point("C-4", "75", "2024-01-01");
        (await registry.Upload(Files.Readings("C-4", new DateOnly(2024, 2, 28), 3, "1.5"))).Demand(201);
        const string query = "/v1/metering-points/C-4/consumption?from=2024-02-28&to=2024-03-02&step=hour";
        var paged = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await registry.Get("auditor-1", $"{query}&limit=31{cursor}")).Demand(200);
            Assert.Equal(108m, page["totalKwh"].GetDecimal());
            paged.AddRange(page["items"].EnumerateArray().Select(i => i.GetRawText()));
            cursor = page["nextCursor"].GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(73, paged.Distinct().Count());
        var lines = (await registry.Send("auditor-1", HttpMethod.Get, query, accept: "application/x-ndjson")).Demand(200);
        Assert.Equal("application/x-ndjson", lines.ContentType);
        Assert.Equal(paged, lines.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var cells = (await registry.GetCsv("auditor-1", query)).Demand(200).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(74, cells.Length);
        Assert.Equal("startAt,on,kwh,estimatedKwh,measuredHours,estimatedHours,missingHours,measuredShare,estimatedShare,missingShare",
            cells[0]);
        Assert.Equal("2024-02-27T19:00:00Z,2024-02-28,1.5,0,1,0,0,1,0,0", cells[2]);
    }

    [Fact]
    public async Task A_sum_holds_the_days_on_which_a_point_belongs_to_it()
    {
        foreach (var (code, payer) in new[] { ("S-1", Files.Kegoc), ("S-2", Files.Halyk) })
        {
            (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code, payer, change: b => b["siteRegion"] = "79")))
                .Demand(201);
            (await registry.Upload(Files.Readings(code, new DateOnly(2026, 1, 1), 4, "1"))).Demand(201);
        }

        (await registry.Post("grid-1", "/v1/metering-points/S-1/facts", new { from = "2026-01-03", payerBin = Files.Halyk })).Demand(201);
        const string days = "/v1/consumption?from=2026-01-01&to=2026-01-05&region=79";
        Assert.Equal([48m, 48m, 48m, 48m], (await Sum("auditor-1", days)).Select(Kwh));
        Assert.Equal([24m, 24m, 0m, 0m], (await Sum("auditor-1", $"{days}&payer={Files.Kegoc}")).Select(Kwh));
        Assert.Equal([24m, 24m, 48m, 48m], (await Sum("applicant-" + Files.Halyk, days)).Select(Kwh));
        Assert.Equal([24, 24, 0, 0], (await Sum("applicant-" + Files.Kegoc, days)).Select(i => Hours(i, "measured")));
        Assert.Empty(await Sum("applicant-" + Files.Kaspi, days));
    }

    [Fact]
    public async Task A_license_sums_its_own_points()
    {
        var license = await registry.Licensed("2026-11-21", Files.Application(Files.KazMunayGas, address: "Consumption 1"));
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("S-3", Files.KazMunayGas, license));
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("S-4", Files.KazMunayGas));
        foreach (var code in new[] { "S-3", "S-4" })
            (await registry.Upload(Files.Readings(code, new DateOnly(2026, 1, 1), 2, "1"))).Demand(201);
        var rows = await Sum("tax-1", $"/v1/consumption?from=2026-01-01&to=2026-02-01&step=month&license={license}");
        Assert.Equal((48m, 29 * 24), (Kwh(Assert.Single(rows)), Missing(rows[0])));
    }

    private async Task<List<JsonElement>> Sum(string persona, string path) =>
        [.. (await registry.Get(persona, path)).Demand(200)["items"].EnumerateArray()];

    private async Task Point(string code, string region, string from) =>
        (await registry.Post("grid-1", "/v1/metering-points",
            Files.Point(code, change: b => (b["siteRegion"], b["from"]) = (region, from)))).Demand(201);

    private async Task<List<JsonElement>> Items(string code, string query) =>
        [.. (await registry.Get("auditor-1", $"/v1/metering-points/{code}/consumption?{query}")).Demand(200)["items"].EnumerateArray()];

    private static decimal Kwh(JsonElement item) => item.GetProperty("kwh").GetDecimal();

    private static int Missing(JsonElement item) => Hours(item, "missing");

    private static int Hours(JsonElement item, string which) => item.GetProperty($"{which}Hours").GetInt32();
}
