using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Register;

/// <summary>What anybody finds, with no token.</summary>
public sealed class RegisterTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Person = "950101300005";

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("ТОО «Қарағанды Қызмет»", "карагандык", false)]
    [InlineData("ТОО «Қарағанды Қызмет»", "караганды кыз", true)]
    [InlineData("ТОО «Қарағанды Қызмет»", "ҚАРАҒАНДЫ", true)]
    [InlineData("ТОО «Қарағанды Қызмет»", "тоо карагандЫ", true)]
    [InlineData("ЖШС Ёлка Үміт Әлем", "елка умит алем", true)]
    [InlineData("ЖШС Ёлка Үміт Әлем", "ЁЛКА", true)]
    [InlineData("Kaz-Mining (Astana), LLP", "kaz mining astana llp", true)]
    [InlineData("Kaz-Mining (Astana), LLP", "KAZ—MINING", true)]
    [InlineData("Kaz-Mining (Astana), LLP", "kazmining", false)]
    [InlineData("Т.О.О. Дала", "тоо дала", true)]
    [InlineData("AQ 100% Mining_Co", "100%", true)]
    [InlineData("AQ 100% Mining_Co", "g_c", true)]
    [InlineData("AQ 100% Mining_Co", "1%0", false)]
    [InlineData("AQ 100% Mining_Co", "gXc", false)]
    [InlineData("ТОО «Майнинг Дала»", "Маи\u0306нинг", true)]
    [InlineData("ТОО «Маи\u0306нинг Дала»", "майнинг дала", true)]
    [InlineData("ТОО «Майнинг Дала»", "Майнинг\u00A0Дала", true)]
    [InlineData("ТОО «Майнинг\u2003 Дала»", "майнинг дала", true)]
    [InlineData("ТОО «Майнинг Дала»", "Май\u00ADнинг", true)]
    [InlineData("ТОО «Майнинг Дала»", "\u200BМайнинг", true)]
    [InlineData("ТОО «Сарыарка»", "Cарыарка", true)]
    [InlineData("ТОО «Cарыарка»", "сарыарқа", true)]
    [InlineData("ТОО «Сарыарка»", "CAPЫAPKA", true)]
    [InlineData("BEKEM Mining", "ВЕКЕМ", true)]
    [InlineData("Kаz‑Mining", "kaz−mining", true)]
    [InlineData("ТОО «Ёлка»", "Е\u0308лка", true)]
    [InlineData("ТОО “Ұлы Дала”", "«улы дала»", true)]
    [InlineData("ЖШС Әлем", "əлем", true)]
    [InlineData("Café Ｍining", "cafe mining", true)]
    public async Task A_name_is_found_in_any_spelling(string name, string q, bool found)
    {
        var number = await Licensed(name, $"Spelled {Guid.NewGuid()}");
        Assert.Equal(found, (await Search(q)).Contains(number));
    }

    [Fact]
    public async Task A_license_is_found_by_its_number_and_by_a_BIN_but_never_by_a_persons_number()
    {
        var company = await Licensed("By number", "By number");
        Assert.Equal([company], await Search(company.ToLowerInvariant()));
        Assert.Contains(company, await Search(Files.Kegoc));
        var person =
            await registry.Licensed("2026-03-02", Files.Application(Valid(Person), 1, "Person", b => b["applicantName"] = "ЖК Тұлға"));
        Assert.Empty(await Search(Valid(Person)));
        var shown = (await registry.Get(null, $"/v1/register/licenses/{person}")).Demand(200);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, shown["bin"].ValueKind);
        Assert.DoesNotContain(Valid(Person), shown.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("–")]
    [InlineData("‑")]
    [InlineData("−")]
    [InlineData(" - ")]
    public async Task A_license_number_is_found_with_any_dash_and_in_Cyrillic(string dash)
    {
        var number = await Licensed("By number typed", $"By number typed {dash}");
        var typed = number.Replace("-", dash, StringComparison.Ordinal).Replace("KZ", "КЗ", StringComparison.Ordinal)
            .Replace("DM", "dМ", StringComparison.Ordinal);
        Assert.Equal([number], await Search(typed));
        Assert.Equal(number, (await registry.Get(null, $"/v1/register/licenses/{Uri.EscapeDataString(typed)}")).Demand(200)["number"]
            .GetString());
        (await registry.Get(null, $"/v1/register/licenses/{Uri.EscapeDataString(typed)}/certificate")).Demand(200);
        (await registry.Get("officer-1", $"/v1/licenses/{Uri.EscapeDataString(typed)}")).Demand(200);
    }

    [Fact]
    public async Task Pages_are_sorted_as_Kazakh_is_and_follow_each_other()
    {
        string[] names = ["Абай", "Әлем", "Бота", "Ғалым", "Қайрат", "Марат"];
        foreach (var name in names.Reverse()) await Licensed($"Sort {name}", $"Sort {name}");
        var seen = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = (await registry.Get(null, $"/v1/register/licenses?q=sort&limit=2{cursor}")).Demand(200);
            seen.AddRange(page["items"].EnumerateArray().Select(l => l.GetProperty("holderName").GetString()![5..]));
            cursor = page["nextCursor"].GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(names, seen);
    }

    [Fact]
    public async Task A_name_that_thousands_bear_is_found_in_order_as_a_rare_one_is()
    {
        const int common = 2_100;
        var rare = await Licensed("Common and rare", "Rare");
        await registry.Sql<string>($"""
            WITH l AS (
                INSERT INTO licenses (number, version, subtype, bin, region, valid_from, valid_to, issued_at)
                SELECT 'KZ-DM-I-2031-' || lpad(n::text, 6, '0'), 1, 'I', '{Files.Kegoc}', '75', '2026-03-02', '2029-03-01', now()
                       FROM generate_series(1, {common}) AS n
                RETURNING number),
            v AS (
                INSERT INTO license_versions
                    (license_number, version, effective_from, application_id, holder_name, site_name, site_address, licensed_kw,
                                              power_sources, hardware, conditions, issued_at)
                SELECT number, 1, '2026-03-02', gen_random_uuid(), 'Common ' || number, 's', 'a', 1, ARRAY['GridPurchase'], '[]',
                       ARRAY[]::text[], now() FROM l)
            SELECT 'done' FROM set_config('session_replication_role', 'replica', false)
            """);
        Assert.Equal([rare], await Search("common and RARE"));
        var first = (await registry.Get(null, "/v1/register/licenses?q=common&limit=1000&status=Active")).Demand(200);
        var second = (await registry.Get(null,
            $"/v1/register/licenses?q=common&limit=1000&status=Active&cursor={first["nextCursor"].GetString()}")).Demand(200);
        var third = (await registry.Get(null,
            $"/v1/register/licenses?q=common&limit=1000&status=Active&cursor={second["nextCursor"].GetString()}")).Demand(200);
        var numbers = new[] { first, second, third }.SelectMany(p => p["items"].EnumerateArray())
            .Select(l => l.GetProperty("number").GetString()).ToList();
        Assert.Equal((common + 1, common + 1), (numbers.Count, numbers.Distinct().Count()));
        Assert.Empty(await Search("common", "&status=Suspended"));
    }

    [Fact]
    public async Task Every_license_is_listed_under_the_one_status_that_it_shows()
    {
        var (surrendered, revoked, suspended, resumed) =
            (await Licensed("S1", "S1"), await Licensed("S2", "S2"), await Licensed("S3", "S3"), await Licensed("S4", "S4"));
        await registry.Licensed("2026-06-01", Files.Application(mw: 1, address: "S5"));
        (await registry.Post("applicant-" + Files.Kegoc, $"/v1/licenses/{surrendered}/surrender", new { from = "2026-04-01" })).Demand(200);
        (await registry.Post("approver-1", $"/v1/licenses/{revoked}/revoke",
            new { courtActNumber = "1", courtActOn = "2026-03-02", from = "2026-05-01" }, "\"1\"")).Demand(200);
        foreach (var number in new[] { suspended, resumed })
            (await registry.Post("approver-1", $"/v1/licenses/{number}/suspend",
                new { ground = "own-request", reasons = "x", from = "2026-03-10", until = "2026-05-31" })).Demand(200);
        (await registry.Post("approver-1", $"/v1/licenses/{resumed}/resume")).Demand(200);
        foreach (var day in new[] { "2026-03-02", "2026-03-10", "2026-04-01", "2026-05-01", "2026-06-01", "2029-03-02" })
        {
            await registry.MoveClock($"{day}T06:00:00Z");
            var all = await Shown("region=35&limit=1000");
            var listed = new List<(string, string)>();
            foreach (var status in Enum.GetNames<KzLicensing.Domain.Licensing.LicenseStatus>())
            {
                var some = await Shown($"region=35&limit=1000&status={status}");
                Assert.All(some, s => Assert.Equal(status, s.Status));
                listed.AddRange(some);
            }

            Assert.Equal(all.Order(), listed.Order());
        }
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("  =1+1")]
    [InlineData("\u00A0@SUM(A1)")]
    [InlineData("+7 700 LLP")]
    public async Task No_name_runs_as_a_formula_in_a_spreadsheet(string name)
    {
        await Licensed(name, "Formula " + name);
        Assert.Contains($",'{name.Trim()},", (await registry.GetCsv(null, "/v1/register/licenses"))
            .Demand(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_and_region_narrow_the_list_and_the_whole_register_is_one_CSV()
    {
        var number = await Licensed("Narrow", "Narrow");
        (await registry.Post("applicant-" + Files.Kegoc, $"/v1/licenses/{number}/surrender", new { from = "2026-03-02" })).Demand(200);
        Assert.Contains(number, await Search("narrow", "&status=Surrendered&region=35"));
        Assert.Empty(await Search("narrow", "&status=Active"));
        Assert.Empty(await Search("narrow", "&region=55"));
        var csv = (await registry.GetCsv(null, "/v1/register/licenses")).Demand(200);
        Assert.Equal(await registry.Sql<long>("SELECT count(*) FROM licenses") + 1, csv.Text.Trim().Split("\r\n").Length);
    }

    [Fact]
    public async Task An_entry_is_cacheable_until_the_day_changes_it()
    {
        var number = await Licensed("Cache", "Cache");
        (await registry.Post("applicant-" + Files.Kegoc, $"/v1/licenses/{number}/surrender", new { from = "2026-04-01" })).Demand(200);
        var first = await registry.Get(null, $"/v1/register/licenses/{number}");
        Assert.Equal("public, max-age=60", first.Headers.CacheControl!.ToString());
        Assert.Equal(304, await Again(number, first.ETag!));
        await registry.MoveClock("2026-04-01T06:00:00Z");
        Assert.Equal(200, await Again(number, first.ETag!));
    }

    [Fact]
    public async Task An_amendment_shows_from_its_day_on()
    {
        var number = await Licensed("Old name", "Renamed");
        var draft = await registry.Recommended(Files.Application(mw: 1, address: "Renamed", change: b =>
        {
            b["kind"] = "Amendment";
            b["previousLicenseNumber"] = number;
            b["applicantName"] = "Fresh name";
        }));
        (await registry.Approve(draft, "2026-04-01")).Demand(200);
        Assert.Contains(number, await Search("old name"));
        await registry.MoveClock("2026-04-01T06:00:00Z");
        Assert.Contains(number, await Search("fresh name"));
        Assert.DoesNotContain(number, await Search("old name"));
    }

    [Fact]
    public async Task The_head_alone_is_answered_as_the_whole_is()
    {
        var number = await Licensed("Head", "Head");
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/v1/register/licenses/{number}");
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((await registry.Get(null, $"/v1/register/licenses/{number}")).ETag, response.Headers.ETag!.ToString());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.True(response.Content.Headers.ContentLength > 100);
    }

    private async Task<List<(string Number, string Status)>> Shown(string query) =>
        [.. (await registry.Get(null, $"/v1/register/licenses?{query}")).Demand(200)["items"].EnumerateArray()
            .Select(l => (l.GetProperty("number").GetString()!, l.GetProperty("status").GetString()!))];

    private async Task<int> Again(string number, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/register/licenses/{number}");
        request.Headers.Add("If-None-Match", tag);
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private Task<string> Licensed(string name, string address) =>
        registry.Licensed("2026-03-02", Files.Application(mw: 1, address: address, change: b => b["applicantName"] = name));

    private async Task<IReadOnlyList<string>> Search(string q, string more = "") =>
        [.. (await registry.Get(null, $"/v1/register/licenses?limit=1000&q={Uri.EscapeDataString(q)}{more}")).Demand(200)["items"]
            .EnumerateArray()
            .Select(l => l.GetProperty("number").GetString()!)];

    /// <summary>The same number with the check digit that fits.</summary>
    private static string Valid(string iin) =>
        Enumerable.Range(0, 10).Select(d => iin[..11] + d).First(n => !KzLicensing.Domain.Bin.Parse(n).IsFailure);
}
