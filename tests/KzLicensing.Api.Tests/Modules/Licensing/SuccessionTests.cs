using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>Renewal and amendment: what a license becomes, and what it was.</summary>
public sealed class SuccessionTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc;

    // Not 2029: the fee of a year whose index nobody knows yet is refused, and the working days end with 2027.
    public async ValueTask InitializeAsync()
    {
        await registry.MoveClock("2026-03-02T06:00:00Z");
        await Ceiling("region:35", 1_000_000);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_renewal_opens_ninety_days_before_expiry_and_takes_over_the_capacity()
    {
        var old = await registry.Licensed("2026-03-02", Files.Application(address: "Renewal", mw: 10));
        await registry.EndOn(old, "2026-08-31");
        var draft = await registry.Draft(Renewal(old, 10));
        await registry.MoveClock("2026-06-01T06:00:00Z");
        Assert.Equal("2026-06-02", (await Submit(draft)).DemandProblem(409, "renewal-too-early")["opensOn"].GetString());
        await registry.MoveClock("2026-06-02T06:00:00Z");
        (await Submit(draft)).Demand(200);
        (await Submit(await registry.Draft(Renewal(old, 10)))).DemandProblem(409, "duplicate-application");

        // Nobody else gets what the open renewal keeps, before expiry and after it.
        await Ceiling("region:35", await Most("2026-06-02"));
        var rival = await registry.Recommended(Files.Application(address: "Rival", mw: 1));
        (await registry.Approve(rival, "2026-06-02")).DemandProblem(409, "capacity-exceeded");
        await registry.MoveClock("2026-09-03T06:00:00Z");
        (await registry.Approve(rival, "2026-09-03")).DemandProblem(409, "capacity-exceeded");

        await Review(draft);
        (await registry.Approve(draft, "2026-09-02")).DemandProblem(409, "valid-from-in-past");
        var license = (await registry.Approve(draft, "2026-09-03")).Demand(200)["license"];
        Assert.Equal((old, "2026-09-03", "2029-09-02"),
            (license.GetProperty("previousLicenseNumber").GetString(), license.GetProperty("validFrom")
                .GetString(), license.GetProperty("validTo").GetString()));
        (await registry.Approve(rival, "2026-09-03")).DemandProblem(409, "capacity-exceeded");
        Assert.Equal("Expired", (await registry.Get(Owner, $"/v1/licenses/{old}"))["status"].GetString());
    }

    [Fact]
    public async Task A_renewed_license_begins_after_the_old_one()
    {
        var old = await registry.Licensed("2026-03-02", Files.Application(address: "Renewal in time", mw: 2));
        await registry.EndOn(old, "2026-05-31");
        var units = new[] { new { maker = "Bitmain", model = "S21", serial = "CARRIED-1", hashRateThs = 200, powerW = 3500 } };
        (await registry.Post(Owner, $"/v1/licenses/{old}/hardware", new { from = "2026-03-02", units })).Demand(200);
        var draft = await registry.Draft(Renewal(old, 2, "Renewal in time"));
        (await Submit(draft)).Demand(200);
        string[] days = ["2026-03-02", "2026-05-31", "2026-06-01", "2029-05-31", "2029-06-01"];
        var before = await Granted(days);
        await Review(draft);
        (await registry.Approve(draft, "2026-05-31")).DemandProblem(409, "valid-from-before-expiry");
        var renewed = (await registry.Approve(draft, "2026-06-01")).Demand(200)["license"].GetProperty("number").GetString();
        var carried = (await registry.Get(Owner, $"/v1/licenses/{renewed}/hardware?asOf=2026-06-01")).Demand(200);
        Assert.Equal("CARRIED-1", Assert.Single(carried["items"].EnumerateArray()).GetProperty("serial").GetString());
        // The reservation had no end; the license has one.
        Assert.Equal([0, 0, 0, 0, -2000], (await Granted(days)).Zip(before, (now, then) => now - then));
    }

    [Fact]
    public async Task A_renewal_that_comes_to_nothing_lets_go_of_its_capacity_on_the_day_of_expiry()
    {
        var old = await registry.Licensed("2026-03-02", Files.Application(address: "Renewal refused", mw: 3));
        await registry.EndOn(old, "2026-05-31");
        var before = await Granted("2026-05-31", "2026-06-01");
        var draft = await registry.Draft(Renewal(old, 3, "Renewal refused"));
        (await Submit(draft)).Demand(200);
        Assert.Equal([before[0], before[1] + 3000], await Granted("2026-05-31", "2026-06-01"));
        (await registry.Post(Owner, $"/v1/permit-applications/{draft}/withdraw")).Demand(200);
        Assert.Equal(before, await Granted("2026-05-31", "2026-06-01"));
    }

    [Theory]
    [InlineData("requestedMw", "5", "renewal-keeps-capacity")]
    [InlineData("region", "\"55\"", "reissue-keeps-site")]
    [InlineData("previousLicenseNumber", "\"KZ-DM-I-2020-000001\"", "previous-license-unknown")]
    [InlineData("stateFee", "null", "state-fee-missing")]
    public async Task A_renewal_is_for_the_same_license(string member, string value, string code)
    {
        var old = await registry.Licensed("2026-03-02", Files.Application(address: $"Same {member}", mw: 4));
        await registry.EndOn(old, "2026-05-31");
        var draft = await registry.Draft(Renewal(old, 4, $"Same {member}", b =>
        {
            if (member == "region") b["site"]![member] = JsonNode.Parse(value);
            else b[member] = JsonNode.Parse(value);
        }));
        var before = await registry.Written();
        (await Submit(draft)).DemandProblem(409, code);
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task Somebody_elses_license_is_unknown()
    {
        var foreign = await registry.Licensed("2026-03-02", Files.Application(Files.Kaspi, address: "Foreign", mw: 1));
        (await Submit(await registry.Draft(Amendment(foreign, 1, "Foreign")))).DemandProblem(409, "previous-license-unknown");
    }

    [Fact]
    public async Task An_amendment_brings_a_new_edition_and_the_old_one_stays_readable()
    {
        string[] days = ["2026-03-02", "2026-04-30", "2026-05-01", "2029-03-02"];
        var without = await Granted(days);
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Before", mw: 10));
        var raise = await registry.Draft(Amendment(number, 12.5m, "After", b => b["applicantName"] = "ТОО «Жаңа атау»"));
        (await Submit(raise)).Demand(200);
        // Re-issue takes three working days: 3, 4 and 5 March.
        Assert.Equal("2026-03-05", (await registry.Get(Owner, $"/v1/permit-applications/{raise}"))["dueOn"].GetString());
        await Review(raise);
        var approved = (await registry.Post("approver-1", $"/v1/permit-applications/{raise}/approve",
            new { validFrom = "2026-04-01", reasons = "Re-issue.", conditions = new[] { "A meter of class 0.5S." } }, "\"4\"")).Demand(200);
        Assert.Equal((number, 2),
            (approved["license"].GetProperty("number").GetString(), approved["license"].GetProperty("edition").GetInt32()));
        Assert.Equal(number, approved["application"].GetProperty("licenseNumber").GetString());

        await Editions(number, ("2026-03-31", 1, 10m, "Before"), ("2026-04-01", 2, 12.5m, "After"), ("2029-01-01", 2, 12.5m, "After"));
        var latest = await registry.Get(Owner, $"/v1/licenses/{number}?asOf=2026-04-01");
        Assert.Equal(("ТОО «Жаңа атау»", "A meter of class 0.5S."),
            (latest["holderName"].GetString(), latest["conditions"][0].GetString()));
        Assert.Equal(["2026-03-02", "2029-03-01"], new[] { "validFrom", "validTo" }.Select(m => latest[m].GetString()));
        // Each day counts what is held on it, and not what is promised for later ones.
        Assert.Equal([10_000, 12_500, 12_500, 0], (await Granted(days)).Zip(without, (now, then) => now - then));

        await registry.MoveClock("2026-04-02T06:00:00Z");
        var less = await registry.Draft(Amendment(number, 6, "After"));
        (await Submit(less)).Demand(200);
        await Review(less);
        (await registry.Approve(less, "2026-05-01")).Demand(200);
        await Editions(number, ("2026-03-15", 1, 10m, "Before"), ("2026-04-30", 2, 12.5m, "After"), ("2026-05-01", 3, 6m, "After"));
        Assert.Equal([10_000, 12_500, 6000, 0], (await Granted(days)).Zip(without, (now, then) => now - then));
    }

    [Fact]
    public async Task An_edition_does_not_begin_before_a_later_one()
    {
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Order", mw: 2));
        await Amended(number, 3, "Order", "2026-06-01");
        var draft = await registry.Draft(Amendment(number, 1, "Order"));
        (await Submit(draft)).Demand(200);
        await Review(draft);
        (await registry.Approve(draft, "2026-05-01")).DemandProblem(409, "valid-from-before-edition");
        (await registry.Approve(draft, "2026-06-01")).Demand(200);
        await Editions(number, ("2026-05-31", 1, 2m, "Order"), ("2026-06-01", 3, 1m, "Order"));
    }

    [Fact]
    public async Task A_raise_finds_its_place_within_the_ceilings_or_is_refused()
    {
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Raise", mw: 2));
        await Ceiling("region:35", await Most("2026-03-02") + 999);
        var draft = await registry.Draft(Amendment(number, 3, "Raise"));
        (await Submit(draft)).Demand(200);
        await Review(draft);
        var refused = (await registry.Approve(draft, "2026-03-02")).DemandProblem(409, "capacity-exceeded");
        Assert.Equal(("region:35", 0.999m), (refused["scope"].GetString(), refused["availableMw"].GetDecimal()));
        await Editions(number, ("2026-03-02", 1, 2m, "Raise"));
        await Ceiling("region:35", 1_000_000);
        (await registry.Approve(draft, "2026-03-02")).Demand(200);
    }

    [Fact]
    public async Task A_raise_of_a_license_that_is_to_be_surrendered_ends_with_it()
    {
        string[] days = ["2026-04-01", "2026-05-31", "2026-06-01", "2029-03-01"];
        var without = await Granted(days);
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Leaving", mw: 2));
        (await registry.Post(Owner, $"/v1/licenses/{number}/surrender", new { from = "2026-06-01" })).Demand(200);
        await Amended(number, 3, "Leaving", "2026-04-01");
        Assert.Equal([3000, 3000, 0, 0], (await Granted(days)).Zip(without, (now, then) => now - then));
    }

    [Fact]
    public async Task A_renewal_does_not_end_a_suspension()
    {
        var old = await registry.Licensed("2026-03-02", Files.Application(address: "Suspended", mw: 2));
        await registry.EndOn(old, "2026-05-31");
        await Suspend(old, "2026-05-10", "2026-08-09");
        var approved = await Renewed(old, "Suspended", "2026-06-01");
        var left = Assert.Single(approved["license"].GetProperty("events").EnumerateArray());
        Assert.Equal(("Suspended", "2026-06-01", "2026-08-09", "changes-not-reported"), (
            left.GetProperty("kind").GetString(), left.GetProperty("effectiveFrom").GetString(),
            left.GetProperty("effectiveUntil").GetString(), left.GetProperty("ground").GetString()));
        var next = approved["license"].GetProperty("number").GetString()!;
        await Statuses(next, ("2026-05-31", "Pending"), ("2026-06-01", "Suspended"), ("2026-08-09", "Suspended"), ("2026-08-10", "Active"));

        await registry.MoveClock("2026-06-01T06:00:00Z");
        Assert.Equal("Suspended", (await registry.Get(null, $"/v1/register/licenses/{next}")).Demand(200)["status"].GetString());
        Assert.Contains(next, (await registry.Get(null, "/v1/register/licenses?status=Suspended&limit=1000"))
            .Demand(200).Text, StringComparison.Ordinal);
        (await registry.Post("approver-1", $"/v1/licenses/{next}/resume")).Demand(200);
        await Statuses(next, ("2026-06-01", "Active"), ("2026-08-09", "Active"));
    }

    [Fact]
    public async Task A_suspension_and_a_resumption_after_the_renewal_reach_the_successor_too()
    {
        var old = await registry.Licensed("2026-03-02", Files.Application(address: "Suspended later", mw: 2));
        await registry.EndOn(old, "2026-05-31");
        var next = (await Renewed(old, "Suspended later", "2026-06-01"))["license"].GetProperty("number").GetString()!;
        await Suspend(old, "2026-04-01", "2026-05-10");
        await Statuses(next, ("2026-06-01", "Active"));
        await Suspend(old, "2026-05-20", "2026-07-20");
        await Statuses(next, ("2026-06-01", "Suspended"), ("2026-07-20", "Suspended"), ("2026-07-21", "Active"));
        var facts = (await registry.Get("auditor-1", "/v1/audit/entries?limit=1000")).Demand(200).Text;
        Assert.Contains($"\"license\":\"{next}\",\"ground\":\"changes-not-reported\"", facts.Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal);

        await registry.MoveClock("2026-05-21T06:00:00Z");
        (await registry.Post("approver-1", $"/v1/licenses/{old}/resume")).Demand(200);
        await Statuses(next, ("2026-06-01", "Active"), ("2026-07-20", "Active"));
    }

    [Fact]
    public async Task A_reissue_leaves_a_suspension_as_it_is()
    {
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Suspended re-issue", mw: 2));
        await Suspend(number, "2026-03-02", "2026-05-01");
        var draft = await registry.Draft(Amendment(number, 3, "Suspended re-issue"));
        (await Submit(draft)).Demand(200);
        await Review(draft);
        Assert.Equal("Suspended", (await registry.Approve(draft, "2026-03-02")).Demand(200)["license"].GetProperty("status").GetString());
        await Statuses(number, ("2026-05-01", "Suspended"), ("2026-05-02", "Active"));
    }

    [Theory]
    [InlineData("2026-03-02", "Active")]
    [InlineData("2026-04-01", "Pending")]
    public async Task The_approver_sees_the_status_that_everybody_sees(string validFrom, string status)
    {
        var approved = (await registry.Approve(await registry.Recommended(Files.Application(address: $"Seen {validFrom}", mw: 1)),
            validFrom)).Demand(200)["license"];
        var read = (await registry.Get(Owner, $"/v1/licenses/{approved.GetProperty("number").GetString()}")).Demand(200);
        Assert.Equal((status, status), (approved.GetProperty("status").GetString(), read["status"].GetString()));
    }

    [Fact]
    public async Task Three_years_from_29_February_end_on_28_February()
    {
        await registry.MoveClock("2027-12-01T06:00:00Z");
        var body = Files.Application(address: "Leap day", mw: 1, change: b => b["stateFee"]!["amountKzt"] = 20_000_000);
        var approved = (await registry.Approve(await registry.Recommended(body), "2028-02-29")).Demand(200);
        Assert.Equal("2031-02-28", approved["license"].GetProperty("validTo").GetString());
    }

    [Fact]
    public async Task A_license_that_ended_is_neither_renewed_nor_amended()
    {
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Ended", mw: 2));
        var draft = await registry.Draft(Amendment(number, 3, "Ended"));
        (await Submit(draft)).Demand(200);
        await Review(draft);
        (await registry.Post(Owner, $"/v1/licenses/{number}/surrender", new { from = "2026-03-02" })).Demand(200);
        (await registry.Approve(draft, "2026-03-02")).DemandProblem(409, "previous-license-not-active");
        (await registry.Post(Owner, $"/v1/permit-applications/{draft}/withdraw")).Demand(200);
        (await Submit(await registry.Draft(Renewal(number, 2, "Ended")))).DemandProblem(409, "previous-license-not-active");
    }

    private static JsonObject Renewal(string number, decimal mw, string address = "Renewal", Action<JsonObject>? change = null) =>
        Following("Renewal", number, mw, address, change);

    private static JsonObject Amendment(string number, decimal mw, string address, Action<JsonObject>? change = null) =>
        Following("Amendment", number, mw, address, b =>
        {
            // A tenth of the fee for issue.
            b["stateFee"]!["amountKzt"] = 865_000;
            change?.Invoke(b);
        });

    private static JsonObject Following(string kind, string number, decimal mw, string address, Action<JsonObject>? change) =>
        Files.Application(mw: mw, address: address, change: b =>
        {
            b["kind"] = kind;
            b["previousLicenseNumber"] = number;
            change?.Invoke(b);
        });

    private async Task Amended(string number, decimal mw, string address, string validFrom)
    {
        var draft = await registry.Draft(Amendment(number, mw, address));
        (await Submit(draft)).Demand(200);
        await Review(draft);
        (await registry.Approve(draft, validFrom)).Demand(200);
    }

    private async Task<Answer> Renewed(string number, string address, string validFrom)
    {
        var draft = await registry.Draft(Renewal(number, 2, address));
        (await Submit(draft)).Demand(200);
        await Review(draft);
        return (await registry.Approve(draft, validFrom)).Demand(200);
    }

    private async Task Suspend(string number, string from, string until) =>
        (await registry.Post("approver-1", $"/v1/licenses/{number}/suspend",
            new { ground = "changes-not-reported", reasons = "x", from, until })).Demand(200);

    private async Task Statuses(string number, params (string Day, string Status)[] expected)
    {
        foreach (var (day, status) in expected)
            Assert.Equal((day, status),
                (day, (await registry.Get(Owner, $"/v1/licenses/{number}?asOf={day}")).Demand(200)["status"].GetString()));
    }

    private Task<Answer> Submit(string id) => registry.Post(Owner, $"/v1/permit-applications/{id}/submit");

    private async Task Review(string id)
    {
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/start-review")).Demand(200);
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/recommend", new { outcome = "Approve", reasons = "Complete." }))
            .Demand(200);
    }

    /// <summary>kW that count in the region on some days.</summary>
    private async Task<long[]> Granted(params string[] days)
    {
        var sums = new List<long>();
        foreach (var day in days)
            sums.Add(await registry.Sql<long>(
                $"SELECT coalesce(sum(kw), 0)::bigint FROM capacity_days WHERE scope = 'region:35' AND on_day <= '{day}'"));
        return [.. sums];
    }

    /// <summary>The most that counts in the region from a day on.</summary>
    private Task<long> Most(string day) => registry.Sql<long>($"SELECT granted_kw('region:35', '{day}')");

    private async Task Ceiling(string scope, long kw)
    {
        var version = (await registry.Get("admin-1", "/v1/capacity-ceilings")).Demand(200).ETag;
        var body = new { items = new[] { new { scope, mw = kw / 1000m, effectiveFrom = "2026-03-02" } } };
        (await registry.Send("admin-1", HttpMethod.Put, "/v1/capacity-ceilings", body, version)).Demand(200);
    }

    private async Task Editions(string number, params (string Day, int Edition, decimal Mw, string Address)[] expected)
    {
        foreach (var (day, edition, mw, address) in expected)
        {
            var license = (await registry.Get(Owner, $"/v1/licenses/{number}?asOf={day}")).Demand(200);
            Assert.Equal((day, edition, mw, address),
                (day, license["edition"].GetInt32(), license["licensedMw"].GetDecimal(), license["siteAddress"].GetString()));
        }
    }
}
