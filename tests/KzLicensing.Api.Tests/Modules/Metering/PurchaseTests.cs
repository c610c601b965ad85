using System.Text;
using KzLicensing.Api.Modules.Metering.Purchases;
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

    [Fact]
    public async Task A_purchase_is_read_where_its_location_says_by_whoever_pays_for_its_month()
    {
        var recorded = (await registry.Post("grid-1", Path, Purchase("2026-08", "INV-31"))).Demand(201);
        var location = recorded.Headers.Location!.ToString();
        Assert.Equal($"{Path}/{recorded["id"].GetString()}", location);
        var read = (await registry.Get(Owner, location)).Demand(200);
        Assert.Equal(("INV-31", recorded.ETag), (read["reference"].GetString(), read.ETag));
        (await registry.Get(Stranger, location)).DemandProblem(404, "purchase-not-found");
        (await registry.Get("grid-1", $"{Path}/{Guid.CreateVersion7()}")).DemandProblem(404, "purchase-not-found");
        (await registry.GetIfChanged(Owner, location, read.ETag!)).Demand(304);

        (await registry.Send("grid-1", HttpMethod.Post, $"{location}/withdraw", new { reason = "r" }, ifMatch: "\"7\""))
            .DemandProblem(412, "stale-version");
        (await registry.Send("grid-1", HttpMethod.Post, $"{location}/withdraw", new { reason = "r" }, ifMatch: read.ETag)).Demand(200);
        var withdrawn = (await registry.GetIfChanged(Owner, location, read.ETag!)).Demand(200);
        Assert.Equal("r", withdrawn["withdrawalReason"].GetString());
        Assert.Null(withdrawn["withdrawnBy"].GetString());
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
        Assert.Equal([pointer], (await registry.Post("grid-1", Path, body))
            .DemandProblem(400, "invalid-input").Problems.Select(p => p.Pointer));
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
    public async Task A_purchase_is_of_a_month_that_has_begun_and_of_a_point_that_was_known_in_it()
    {
        await registry.MoveClock("2026-11-23T10:00:00Z");
        var before = await registry.Written();
        (await registry.Post("grid-1", Path, Purchase("2026-12", "INV-4"))).DemandProblem(409, "month-in-future");
        (await registry.Post("grid-1", Path, Purchase("2025-12", "INV-4"))).DemandProblem(409, "before-first-fact");
        var file = Header + "B-1,2099-01,1,1,s,INV-5\nB-1,2025-12,1,1,s,INV-5\nB-1,2026-11,1,1,s,INV-5\n";
        var refused = (await Load("grid-1", file)).DemandProblem(400, "purchases-rejected");
        Assert.Equal(
            [(2, "month-in-future"), (3, "before-first-fact")],
            refused["errors"].EnumerateArray().Select(e => (e.GetProperty("line").GetInt32(), e.GetProperty("code").GetString())));
        Assert.Equal(before, await registry.Written());
        (await registry.Post("grid-1", Path, Purchase("2026-11", "INV-4"))).Demand(201);
    }

    [Fact]
    public async Task Blanks_around_a_reference_make_no_other_one_and_a_cost_has_bounds()
    {
        (await registry.Post("grid-1", Path, Purchase("2026-09", "INV-7"))).Demand(201);
        foreach (var same in new[] { " INV-7", "INV-7\u00A0" })
            (await registry.Post("grid-1", Path, Purchase("2026-09", same))).DemandProblem(409, "purchase-exists");
        var refused = (await Load("grid-1", Header + "B-1,2026-09,1,1,s, INV-7\nB-1,2026-09,1,999999999999999.99,s,INV-8\n"))
            .DemandProblem(400, "purchases-rejected");
        Assert.Equal(["purchase-exists", "purchase-cost-malformed"], refused["errors"].EnumerateArray()
            .Select(e => e.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData(100_000, "\r\n\r\n", null)]
    [InlineData(100_001, "", "purchase-file-too-long")]
    public async Task A_file_holds_a_hundred_thousand_purchases_and_empty_lines_at_its_end_are_none(int purchases, string end, string? code)
    {
        var lines = string.Join("\r\n", Enumerable.Range(0, purchases).Select(i => $"B-1,2026-04,1,1,s,LONG-{i}"));
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(Header + lines + end));
        var read = (await PurchasesFile.Read(file, TestContext.Current.CancellationToken)).Value!;
        Assert.Equal(code, read.Errors.Select(e => e.Code).SingleOrDefault());
        Assert.Equal(code is null ? purchases : 0, read.Lines.Count);
    }

    [Fact]
    public async Task A_file_that_is_not_utf_8_is_refused()
    {
        var before = await registry.Written();
        byte[] latin = [.. Encoding.UTF8.GetBytes(Header + "B-1,2026-06,1,1,s"), 0xE9, .. ",INV-6\n"u8];
        foreach (var file in new byte[][] { latin, [.. Encoding.UTF8.GetBytes(Header + "B-1,2026-06,1,1,s,INV-6\n"), 0] })
            (await registry.SendBytes("grid-1", Path, file, "text/csv")).DemandProblem(400, "unsupported-charset");
        Assert.Equal(before, await registry.Written());
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
    public async Task A_file_is_recorded_whole_and_its_sums_are_told()
    {
        var file = Header + "B-1,2026-06,1000.5,18000,SinglePurchaser,F-1\r\nB-1,2026-07,10,0.25,\"Kegoc, \"\"West\"\"\",F-1\r\n";
        var loaded = (await Load("grid-1", file, "file-1")).Demand(200);
        Assert.Equal((2, 1_010.5m, 18_000.25m),
            (loaded["recorded"].GetInt32(), Number(loaded.Json, "kwh"), Number(loaded.Json, "costKzt")));
        var july = (await registry.Get(Owner, Path + "?meteringPoint=B-1&month=2026-07")).Demand(200)["items"].EnumerateArray();
        Assert.Equal("Kegoc, \"West\"", Assert.Single(july).GetProperty("source").GetString());

        Assert.Equal(loaded.Text, (await Load("grid-1", file, "file-1")).Demand(200).Text);
        (await Load("grid-1", file + "B-1,2026-08,1,1,s,F-1\n", "file-1")).DemandProblem(422, "idempotency-key-reused");
        (await Load("grid-1", file)).DemandProblem(400, "purchases-rejected");
    }

    [Fact]
    public async Task Every_bad_line_of_a_file_is_told_with_its_code_and_nothing_is_stored()
    {
        (await registry.Post("grid-1", Path, Purchase("2026-09", "THERE"))).Demand(201);
        var before = await registry.Written();
        string[] lines =
        [
            "B-1,2026-09,1,1,s,GOOD", "NONE,2026-09,1,1,s,r", "B-1,2026-13,1,1,s,r", "B-1,2026-09,0,1,s,r", "B-1,2026-09,-1,1,s,r",
            "B-1,2026-09,1.0001,1,s,r",
            "B-1,2026-09,1e3,1,s,r", "B-1,2026-09,\"1,5\",1,s,r", "B-1,2026-09,NaN,1,s,r", "B-1,2026-09,1,1.001,s,r", "B-1,2026-09,1,,s,r",
            "B-1,2026-09,1,1,,r", "B-1,2026-09,1,1,s, ", "B-1,2026-09,1,1,s", "B-1,2026-09,1,1,\"s,r", "", "B-1,2026-09,1,1,s,THERE",
            "B-1,2026-09,1,1,s,GOOD",
        ];
        var refused = (await Load("grid-1", Header + string.Join('\n', lines) + "\n")).DemandProblem(400, "purchases-rejected");
        Assert.Equal(
            [
                (3, "metering-point-unknown"), (4, "month-malformed"), (5, Kwh), (6, Kwh), (7, Kwh), (8, Kwh), (9, Kwh), (10, Kwh),
                (11, Cost), (12, Cost),
                (13, Text), (14, Text), (15, Fields), (16, "quotes-malformed"), (17, "line-blank"), (18, "purchase-exists"),
                (19, "purchase-twice"),
            ],
            refused["errors"].EnumerateArray().Select(e => (e.GetProperty("line").GetInt32(), e.GetProperty("code").GetString()!)));
        Assert.Equal(17, refused["rejected"].GetInt32());
        (await Load(Stranger, Header + lines[0])).DemandProblem(400, "purchases-rejected");
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_file_as_a_spreadsheet_writes_it_is_taken()
    {
        const string quoted = "\"meteringPoint\",\"month\",kwh,costKzt,\"source\",\"reference\"\r\n\"B-1\",\"2026-06\",\"1.5\",\"18\",\"s\",\"SHEET-1\"\r\n\r\n\r\n";
        var loaded = await registry.Send("grid-1", HttpMethod.Post, Path, quoted, contentType: "text/csv; charset=\"UTF-8\"");
        Assert.Equal(1, loaded.Demand(200)["recorded"].GetInt32());
    }

    [Fact]
    public async Task A_file_is_taken_where_single_purchases_go_but_one_purchase_is_no_file()
    {
        var loaded = await registry.Send("grid-1", HttpMethod.Post, Path, Header + "B-1,2026-06,2,36,s,OLD-1\n", contentType: "text/csv");
        Assert.Equal(2m, Number(loaded.Demand(200).Json, "kwh"));
        (await registry.Post("grid-1", Path + "/file", Purchase("2026-06", "NO-FILE"))).DemandProblem(415, "unsupported-media-type");
    }

    [Theory]
    [InlineData("", "purchase-header-unknown")]
    [InlineData("\"meteringPoint,month\",kwh,costKzt,source,reference\n", "purchase-header-unknown")]
    [InlineData("\n" + Header, "purchase-header-unknown")]
    [InlineData(Header + "\n\n", "purchase-file-empty")]
    [InlineData(Header + "B-1,2026-09,1,1,s,\"r\"x\n", "quotes-malformed")]
    [InlineData(Header, "purchase-file-empty")]
    [InlineData("\uFEFF" + Header + "B-1,2026-09,1,1,s,r\n", "byte-order-mark")]
    [InlineData("meteringPoint;month;kwh;costKzt;source;reference\n", "purchase-header-unknown")]
    public async Task A_file_that_is_wrong_as_a_whole_is_refused(string file, string code)
    {
        var refused = (await Load("grid-1", file)).DemandProblem(400, "purchases-rejected");
        Assert.Equal(code, Assert.Single(refused["errors"].EnumerateArray()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_file_too_large_or_of_another_kind_is_refused()
    {
        (await Load("grid-1", Header + new string('x', 8 << 20))).DemandProblem(413, "body-too-large");
        (await registry.Send("grid-1", HttpMethod.Post, Path, Header, contentType: "text/csv; charset=utf-16"))
            .DemandProblem(400, "unsupported-charset");
        (await registry.Send("grid-1", HttpMethod.Post, Path, Header, contentType: "text/plain"))
            .DemandProblem(415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_purchase_that_is_withdrawn_stays_readable_and_no_longer_counts()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("B-3"))).Demand(201);
        var wrong = new { meteringPoint = "B-3", month = "2026-01", kwh = 100, costKzt = 9_999, source = "s", reference = "INV-1" };
        var id = (await registry.Post("grid-1", Path, wrong)).Demand(201)["id"].GetString();
        (await registry.Post(Owner, Path, wrong with { costKzt = 2_000, reference = "INV-2" })).Demand(201);
        Assert.Equal(59.995m, Number((await registry.Get("tax-1", Prices)).Json, "averagePriceKzt"));

        var before = await registry.Written();
        var withdrawal = $"{Path}/{id}/withdraw";
        (await registry.Post(Owner, withdrawal, new { reason = "Not ours" })).DemandProblem(404, "purchase-not-found");
        (await registry.Post("grid-1", withdrawal, new { reason = "" })).DemandProblem(400, "invalid-input");
        (await registry.Post("grid-1", $"{Path}/{Guid.CreateVersion7()}/withdraw", new { reason = "r" }))
            .DemandProblem(404, "purchase-not-found");
        Assert.Equal(before, await registry.Written());

        var withdrawn = (await registry.Post("grid-1", withdrawal, new { reason = "Another point's invoice" })).Demand(200);
        Assert.Equal(("grid-1", "Another point's invoice"),
            (withdrawn["withdrawnBy"].GetString(), withdrawn["withdrawalReason"].GetString()));
        (await registry.Post("grid-1", withdrawal, new { reason = "Again" })).DemandProblem(409, "purchase-withdrawn");
        Assert.Equal(20m, Number((await registry.Get("tax-1", Prices)).Json, "averagePriceKzt"));
        var listed = (await registry.Get("tax-1", Path + "?meteringPoint=B-3")).Demand(200)["items"].EnumerateArray();
        Assert.Equal(["grid-1", null], listed.Select(p => p.GetProperty("withdrawnBy").GetString()));
        (await registry.Post("grid-1", Path, wrong)).DemandProblem(409, "purchase-exists");
    }

    [Fact]
    public async Task An_assessment_takes_its_price_from_purchases_that_stand()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("B-4", Files.Kaspi))).Demand(201);
        (await registry.Upload(Files.Readings("B-4", new DateOnly(2026, 1, 1), 90, "1"))).Demand(201);
        foreach (var cost in new[] { 1_000, 3_000 })
        {
            var purchase = new { meteringPoint = "B-4", month = "2026-01", kwh = 100, costKzt = cost, source = "s", reference = $"{cost}" };
            var id = (await registry.Post("grid-1", Path, purchase)).Demand(201)["id"].GetString();
            if (cost == 1_000) (await registry.Post("grid-1", $"{Path}/{id}/withdraw", new { reason = "Half of the bill" })).Demand(200);
        }

        await registry.Run("2026-Q1");
        var assessed = Assert.Single(await registry.Assessments($"bin={Files.Kaspi}&period=2026-Q1"));
        Assert.Equal(30m, Number(assessed.GetProperty("lines")[0], "averagePriceKzt"));
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
        Assert.Equal((2_000.5m, 20_010m, 10.0025m),
            (Number(prices.Json, "kwh"), Number(prices.Json, "costKzt"), Number(prices.Json, "averagePriceKzt")));
        var months = prices["months"].EnumerateArray().ToList();
        Assert.Equal([2, 0, 1], months.Select(m => m.GetProperty("purchases").GetInt32()));
        Assert.Equal(13.3333m, Number(months[0], "averagePriceKzt"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, months[1].GetProperty("averagePriceKzt").ValueKind);

        Assert.Equal(2, (await registry.Get(Owner, "/v1/metering-points/B-2/prices?period=2026-Q1")).Demand(200)["months"]
            .GetArrayLength());
        Assert.Equal(1, (await registry.Get(Stranger, "/v1/metering-points/B-2/prices?period=2026-Q1")).Demand(200)["months"]
            .GetArrayLength());
        (await registry.Get(Stranger, "/v1/metering-points/B-2/prices?period=2025-Q1")).DemandProblem(404, "metering-point-not-found");
        (await registry.Get("tax-1", "/v1/metering-points/B-2/prices?period=2026")).DemandProblem(400, "invalid-input");
    }

    private const string Prices = "/v1/metering-points/B-3/prices?period=2026-Q1";
    private const string Header = "meteringPoint,month,kwh,costKzt,source,reference\n";
    private const string Kwh = "purchase-kwh-malformed", Cost = "purchase-cost-malformed", Text = "purchase-text-malformed",
        Fields = "purchase-line-malformed";

    private Task<Answer> Load(string persona, string file, string? key = null) =>
        registry.Send(persona, HttpMethod.Post, Path + "/file", file, key: key, contentType: "text/csv");

    private static decimal Number(System.Text.Json.JsonElement item, string member) => item.GetProperty(member).GetDecimal();

    private static object Purchase(string month, string reference, decimal kwh = 1_000.125m) =>
        new { meteringPoint = "B-1", month, kwh, costKzt = 18_431.25m, source = "SinglePurchaser", reference };

    [Fact]
    public async Task More_than_a_gigawatt_around_the_clock_is_refused()
    {
        var body =
            new { meteringPoint = "P-1", month = "2026-01", kwh = 1_000_000_001m, costKzt = 1, source = "x", reference = "too-much" };
        var refused = (await registry.Post("grid-1", "/v1/electricity-purchases", body)).DemandProblem(400, "invalid-input");
        Assert.Equal([("/kwh", "less-than-or-equal")], refused.Problems);
    }
}
