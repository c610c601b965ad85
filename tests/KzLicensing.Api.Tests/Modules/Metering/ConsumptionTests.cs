using System.Text.Json;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

public sealed class ConsumptionTests(Registry registry) : IClassFixture<Registry>
{
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
    [InlineData("from=2024-01-01&to=2026-02-01&step=hour", 400, "range-too-long")]
    public async Task A_range_is_well_formed_and_not_too_long(string query, int status, string code)
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("C-2"));
        (await registry.Get("grid-1", "/v1/metering-points/C-2/consumption?" + query)).DemandProblem(status, code);
    }

    private async Task Point(string code, string region, string from) =>
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code, change: b => (b["siteRegion"], b["from"]) = (region, from)))).Demand(201);

    private async Task<List<JsonElement>> Items(string code, string query) =>
        [.. (await registry.Get("auditor-1", $"/v1/metering-points/{code}/consumption?{query}")).Demand(200)["items"].EnumerateArray()];

    private static decimal Kwh(JsonElement item) => item.GetProperty("kwh").GetDecimal();

    private static int Missing(JsonElement item) => item.GetProperty("missingHours").GetInt32();
}
