using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

public sealed class PurchaseTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc, Stranger = "applicant-" + Files.Halyk, Path = "/v1/electricity-purchases";

    public async ValueTask InitializeAsync() => await registry.Post("grid-1", "/v1/metering-points", Files.Point("B-1"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_reference_counts_once_for_a_point_and_month()
    {
        (await registry.Post(Owner, Path, Purchase("2026-01", "INV-1"))).Demand(201);
        var before = await registry.Written();
        (await registry.Post("grid-1", Path, Purchase("2026-01", "INV-1", kwh: 7))).DemandProblem(409, "purchase-exists");
        Assert.Equal(before, await registry.Written());
        (await registry.Post("grid-1", Path, Purchase("2026-02", "INV-1"))).Demand(201);

        var january = (await registry.Get(Owner, $"{Path}?meteringPoint=B-1&month=2026-01")).Demand(200);
        var only = Assert.Single(january["items"].EnumerateArray());
        Assert.Equal((1_000.125m, 18_431.25m), (only.GetProperty("kwh").GetDecimal(), only.GetProperty("costKzt").GetDecimal()));
    }

    [Theory]
    [InlineData("2026-13", "1", "/month")]
    [InlineData("2026-1", "1", "/month")]
    [InlineData("2026-03", "0", "/kwh")]
    [InlineData("2026-03", "-1", "/kwh")]
    [InlineData("2026-03", "1.0001", "/kwh")]
    [InlineData("2026-03", "\"1\"", "/kwh")]
    public async Task A_bad_member_is_pointed_at(string month, string kwh, string pointer)
    {
        var before = await registry.Written();
        var body = $$"""{ "meteringPoint": "B-1", "month": "{{month}}", "kwh": {{kwh}}, "costKzt": 1, "source": "Import", "reference": "INV-9" }""";
        Assert.Equal([pointer], (await registry.Post("grid-1", Path, body)).DemandProblem(400, "invalid-input").Problems.Select(p => p.Pointer));
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_purchase_belongs_to_a_point_of_the_caller()
    {
        (await registry.Post("grid-1", Path, Purchase("2026-04", "INV-2"))).Demand(201);
        var before = await registry.Written();
        (await registry.Post(Stranger, Path, Purchase("2026-04", "INV-3"))).DemandProblem(404, "metering-point-not-found");
        (await registry.Post("tax-1", Path, Purchase("2026-04", "INV-3"))).DemandProblem(403, "permission-missing");
        Assert.Equal(before, await registry.Written());
        Assert.Empty((await registry.Get(Stranger, $"{Path}?meteringPoint=B-1")).Demand(200)["items"].EnumerateArray());
    }

    [Fact]
    public async Task The_list_comes_in_pages_in_the_order_of_recording()
    {
        foreach (var i in Enumerable.Range(0, 3)) (await registry.Post("grid-1", Path, Purchase("2026-05", $"PAGE-{i}"))).Demand(201);
        const string list = Path + "?meteringPoint=B-1&month=2026-05&limit=2";
        var first = (await registry.Get("grid-1", list)).Demand(200);
        var second = (await registry.Get("grid-1", $"{list}&cursor={first["nextCursor"].GetString()}")).Demand(200);
        Assert.Equal(
            ["PAGE-0", "PAGE-1", "PAGE-2"],
            first["items"].EnumerateArray().Concat(second["items"].EnumerateArray()).Select(p => p.GetProperty("reference").GetString()));
        (await registry.Get("grid-1", Path + "?month=May")).DemandProblem(400, "invalid-input");
    }

    [Fact]
    public async Task The_price_of_a_quarter_is_told_with_both_sums()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("B-2"))).Demand(201);
        foreach (var (month, kwh, cost) in new[] { ("2026-01", 1_000m, 10_000m), ("2026-01", 500m, 10_000m), ("2026-03", 500.5m, 10m) })
        {
            var purchase = new { meteringPoint = "B-2", month, kwh, costKzt = cost, source = "SinglePurchaser", reference = $"{kwh}" };
            (await registry.Post("grid-1", Path, purchase)).Demand(201);
        }

        (await registry.Post("grid-1", "/v1/metering-points/B-2/facts", new { from = "2026-03-15", payerBin = Files.Halyk })).Demand(201);
        var prices = (await registry.Get("tax-1", "/v1/metering-points/B-2/prices?period=2026-Q1")).Demand(200);
        Assert.Equal((2_000.5m, 20_010m, 10.0025m), (Number(prices.Json, "kwh"), Number(prices.Json, "costKzt"), Number(prices.Json, "averagePriceKzt")));
        var months = prices["months"].EnumerateArray().ToList();
        Assert.Equal([2, 0, 1], months.Select(m => m.GetProperty("purchases").GetInt32()));
        Assert.Equal(13.3333m, Number(months[0], "averagePriceKzt"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, months[1].GetProperty("averagePriceKzt").ValueKind);

        Assert.Equal(2, (await registry.Get(Owner, "/v1/metering-points/B-2/prices?period=2026-Q1")).Demand(200)["months"].GetArrayLength());
        Assert.Equal(1, (await registry.Get(Stranger, "/v1/metering-points/B-2/prices?period=2026-Q1")).Demand(200)["months"].GetArrayLength());
        (await registry.Get(Stranger, "/v1/metering-points/B-2/prices?period=2025-Q1")).DemandProblem(404, "metering-point-not-found");
        (await registry.Get("tax-1", "/v1/metering-points/B-2/prices?period=2026")).DemandProblem(400, "invalid-input");
    }

    private static decimal Number(System.Text.Json.JsonElement item, string member) => item.GetProperty(member).GetDecimal();

    private static object Purchase(string month, string reference, decimal kwh = 1_000.125m) =>
        new { meteringPoint = "B-1", month, kwh, costKzt = 18_431.25m, source = "SinglePurchaser", reference };
}
