using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

public sealed class PointTests(Registry registry) : IClassFixture<Registry>
{
    private const string Owner = "applicant-" + Files.Kegoc, Stranger = "applicant-" + Files.Halyk;

    [Fact]
    public async Task A_point_is_found_by_its_code()
    {
        var created = (await registry.Post("grid-1", "/v1/metering-points", Files.Point("P.1_a-b"))).Demand(201);
        Assert.Equal("/v1/metering-points/P.1_a-b", created.Headers.Location!.ToString());
        var read = (await registry.Get("inspector-1", "/v1/metering-points/P.1_a-b")).Demand(200);
        Assert.Equal((1, Files.Kegoc, 12_500m, "north"),
            (read["version"].GetInt32(), read["payerBin"].GetString(), read["maximumCapacityKw"].GetDecimal(), read["gridZone"]
                .GetString()));
    }

    [Theory]
    [InlineData("code", "has space", "/code")]
    [InlineData("code", "", "/code")]
    [InlineData("code", "Ж-1", "/code")]
    [InlineData("code", "MP-1\n", "/code")]
    [InlineData("code", "..", "/code")]
    [InlineData("payerBin", "970740000839", "/payerBin")]
    [InlineData("maximumCapacityKw", 0, "/maximumCapacityKw")]
    [InlineData("maximumCapacityKw", 1.0001, "/maximumCapacityKw")]
    [InlineData("powerSource", "Coal", "/powerSource")]
    [InlineData("meterState", "Broken", "/meterState")]
    [InlineData("gridZone", "east", "/gridZone")]
    [InlineData("from", "0001-01-01", "/from")]
    [InlineData("from", "2026-01-01T00:00:00Z", "/from")]
    [InlineData("color", "red", "/color")]
    public async Task A_bad_member_is_pointed_at(string member, object value, string pointer)
    {
        var before = await registry.Written();
        var refused =
            await registry.Post("grid-1", "/v1/metering-points", Files.Point("BAD", change: b => b[member] = JsonValue.Create(value)));
        Assert.Equal([pointer], refused.DemandProblem(400, "invalid-input").Problems.Select(p => p.Pointer).Distinct());
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_code_is_given_once_and_a_license_must_exist()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("TWICE"))).Demand(201);
        var before = await registry.Written();
        (await registry.Post("officer-1", "/v1/metering-points", Files.Point("TWICE"))).DemandProblem(409, "metering-point-exists");
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("UNLICENSED", license: "KZ-DM-I-2026-999999")))
            .DemandProblem(409, "license-unknown");
        Assert.Equal(before, await registry.Written());
        (await registry.Get("grid-1", "/v1/metering-points/UNLICENSED")).DemandProblem(404, "metering-point-not-found");
    }

    [Fact]
    public async Task A_region_must_have_existed_on_the_first_day()
    {
        var abai2021 = Files.Point("ABAI", change: b => (b["siteRegion"], b["from"]) = ("10", "2021-01-01"));
        (await registry.Post("grid-1", "/v1/metering-points", abai2021)).DemandProblem(409, "region-unknown");
        var abai2023 = Files.Point("ABAI", change: b => (b["siteRegion"], b["from"]) = ("10", "2023-01-01"));
        (await registry.Post("grid-1", "/v1/metering-points", abai2023)).Demand(201);
    }

    [Fact]
    public async Task Facts_change_a_point_from_their_day_and_leave_the_days_before()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-1"))).Demand(201);
        var changed = (await registry.Post("grid-1", "/v1/metering-points/F-1/facts", new { from = "2026-03-01", meterState = "Faulty" },
            "\"1\"")).Demand(201);
        Assert.Equal(("Faulty", 2), (changed["meterState"].GetString(), changed["version"].GetInt32()));
        var handedOver = new { from = "2026-05-01", maximumCapacityKw = 5_000, payerBin = Files.Halyk };
        (await registry.Post("grid-1", "/v1/metering-points/F-1/facts", handedOver)).Demand(201);

        Assert.Equal(("Working", 12_500m, Files.Kegoc), await State("F-1", "2026-02-28"));
        Assert.Equal(("Faulty", 12_500m, Files.Kegoc), await State("F-1", "2026-03-01"));
        Assert.Equal(("Faulty", 5_000m, Files.Halyk), await State("F-1", "2026-05-01"));
        (await registry.Get("grid-1", "/v1/metering-points/F-1?asOf=2025-12-31")).DemandProblem(404, "metering-point-not-found");
    }

    [Fact]
    public async Task A_fact_says_something_new_of_a_known_point_and_day()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-2"))).Demand(201);
        var before = await registry.Written();
        const string facts = "/v1/metering-points/F-2/facts";
        (await registry.Post("grid-1", facts, new { from = "2026-02-01" })).DemandProblem(400, "invalid-input");
        (await registry.Post("grid-1", facts, new { from = "2025-12-31", meterState = "Faulty" })).DemandProblem(409, "before-first-fact");
        (await registry.Post("grid-1", facts, new { from = "2026-02-01", meterState = "Faulty" }, "\"2\""))
            .DemandProblem(412, "stale-version");
        (await registry.Post("grid-1", facts, new { from = "2026-02-01", licenseNumber = "KZ-DM-I-2026-999999" }))
            .DemandProblem(409, "license-unknown");
        (await registry.Post("grid-1", "/v1/metering-points/NONE/facts", new { from = "2026-02-01", meterState = "Faulty" }))
            .DemandProblem(404, "metering-point-not-found");
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_meter_is_replaced_and_every_fact_stays_readable_in_order()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-3", change: b => b["meterSerial"] = "A-1"))).Demand(201);
        const string facts = "/v1/metering-points/F-3/facts";
        (await registry.Post("grid-1", facts, new { from = "2026-05-01", payerBin = Files.Halyk })).Demand(201);
        (await registry.Post("grid-1", facts, new { from = "2026-03-01", meterSerial = "B-2" })).Demand(201);
        (await registry.Post("grid-1", facts, new { from = "2026-03-01", meterSerial = " " })).DemandProblem(400, "invalid-input");

        var first = (await registry.Get("tax-1", facts + "?limit=2")).Demand(200);
        var rest = (await registry.Get("tax-1", $"{facts}?limit=2&cursor={first["nextCursor"].GetString()}")).Demand(200);
        var all = first["items"].EnumerateArray().Concat(rest["items"].EnumerateArray()).ToList();
        Assert.Equal(["2026-01-01", "2026-03-01", "2026-05-01"], all.Select(f => f.GetProperty("from").GetString()));
        Assert.Equal(["A-1", "B-2", null], all.Select(f => f.GetProperty("meterSerial").GetString()));
        Assert.Equal("B-2", (await registry.Get("grid-1", "/v1/metering-points/F-3?asOf=2026-04-01"))["meterSerial"].GetString());

        Assert.Equal(2, (await registry.Get(Owner, facts)).Demand(200)["items"].GetArrayLength());
        Assert.Equal(1, (await registry.Get(Stranger, facts)).Demand(200)["items"].GetArrayLength());
        (await registry.Get("applicant-" + Files.Kaspi, facts)).DemandProblem(404, "metering-point-not-found");
    }

    [Fact]
    public async Task A_correction_for_the_same_day_counts_although_the_clock_was_put_back()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-4"))).Demand(201);
        var now = (await registry.Send(null, HttpMethod.Get, "/sandbox/clock"))["now"].GetString()!;
        (await registry.Post("grid-1", "/v1/metering-points/F-4/facts", new { from = "2026-02-01", maximumCapacityKw = 1 })).Demand(201);
        await registry.MoveClock("2026-10-01T00:00:00Z");
        var corrected = (await registry.Post("grid-1", "/v1/metering-points/F-4/facts", new { from = "2026-02-01", maximumCapacityKw = 2 }))
            .Demand(201);
        await registry.MoveClock(now);
        Assert.Equal((2m, 2m), (corrected["maximumCapacityKw"].GetDecimal(), (await State("F-4", "2026-02-01")).Item2));
    }

    [Fact]
    public async Task A_fact_that_was_recorded_ahead_is_told_on_its_day_to_who_knows_the_version()
    {
        await registry.MoveClock("2026-10-01T00:00:00Z");
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("F-5"))).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points/F-5/facts", new { from = "2026-10-05", meterState = "Faulty" })).Demand(201);
        Assert.Equal("Working", (await registry.Get("grid-1", "/v1/metering-points/F-5"))["meterState"].GetString());
        await registry.MoveClock("2026-10-05T00:00:00Z");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/metering-points/F-5");
        request.Headers.Add("Authorization", $"Bearer {await registry.BearerOf("grid-1")}");
        request.Headers.Add("If-None-Match", "\"2\"");
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("\"Faulty\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payer_sees_a_point_on_the_days_that_it_pays_for_and_nobody_else_does()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("V-1"))).Demand(201);
        (await registry.Get(Owner, "/v1/metering-points/V-1")).Demand(200);
        (await registry.Get(Stranger, "/v1/metering-points/V-1")).DemandProblem(404, "metering-point-not-found");
        (await registry.Get(Stranger, "/v1/metering-points/V-1/consumption?from=2026-01-01&to=2026-02-01"))
            .DemandProblem(404, "metering-point-not-found");

        (await registry.Post("grid-1", "/v1/metering-points/V-1/facts", new { from = "2026-04-01", payerBin = Files.Halyk })).Demand(201);
        (await registry.Get(Owner, "/v1/metering-points/V-1")).DemandProblem(404, "metering-point-not-found");
        (await registry.Get(Owner, "/v1/metering-points/V-1?asOf=2026-03-31")).Demand(200);
        (await registry.Get(Stranger, "/v1/metering-points/V-1")).Demand(200);
        (await registry.Post(Owner, "/v1/metering-points", Files.Point("V-2"))).DemandProblem(403, "permission-missing");
    }

    [Fact]
    public async Task The_list_is_filtered_by_region_and_by_who_pays_on_the_day()
    {
        foreach (var code in new[] { "L-1", "L-2", "L-3" })
            (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code, Files.Kaspi, change: b => b["siteRegion"] = "71")))
                .Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points/L-2/facts", new { from = "2026-04-01", payerBin = Files.KazMunayGas }))
            .Demand(201);

        Assert.Equal(["L-1", "L-2", "L-3"], await Codes("grid-1", "?region=71"));
        Assert.Equal(["L-1", "L-2", "L-3"], await Codes("grid-1", $"?payer={Files.Kaspi}&asOf=2026-03-31"));
        Assert.Equal(["L-1", "L-3"], await Codes("grid-1", $"?payer={Files.Kaspi}&asOf=2026-04-01"));
        Assert.Equal(["L-2"], await Codes("applicant-" + Files.KazMunayGas, ""));
        Assert.Empty(await Codes("grid-1", "?region=71&asOf=2025-12-31"));

        var first = (await registry.Get("grid-1", "/v1/metering-points?region=71&limit=2")).Demand(200);
        var rest = (await registry.Get("grid-1", $"/v1/metering-points?region=71&limit=2&cursor={first["nextCursor"].GetString()}"))
            .Demand(200);
        Assert.Equal("L-3", Assert.Single(rest["items"].EnumerateArray()).GetProperty("code").GetString());
        (await registry.Get("grid-1", $"/v1/metering-points?cursor={first["nextCursor"].GetString()}"))
            .DemandProblem(400, "cursor-invalid");
    }

    private async Task<(string?, decimal, string?)> State(string code, string on)
    {
        var point = (await registry.Get("grid-1", $"/v1/metering-points/{code}?asOf={on}")).Demand(200);
        return (point["meterState"].GetString(), point["maximumCapacityKw"].GetDecimal(), point["payerBin"].GetString());
    }

    private async Task<IEnumerable<string?>> Codes(string persona, string filter) =>
        (await registry.Get(persona, "/v1/metering-points" + filter)).Demand(200)["items"].EnumerateArray()
            .Select(i => i.GetProperty("code").GetString());
}
