using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>Licensed power never passes a ceiling, whoever approves at once, and comes free by date.</summary>
public sealed class CapacityTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Today = "2026-03-02", Owner = "applicant-" + Files.Kegoc;

    public async ValueTask InitializeAsync()
    {
        await registry.MoveClock("2026-03-02T06:00:00Z");
        await Ceilings(Array.Empty<(string, long, string)>());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("country")]
    [InlineData("zone:north")]
    [InlineData("region:35")]
    public async Task Of_64_parallel_approvals_for_the_last_megawatts_exactly_the_right_number_pass(string scope)
    {
        var applications = new List<string>();
        for (var i = 0; i < 64; i++) applications.Add(await registry.Recommended(Files.Application(mw: 3, address: $"Race {scope} {i}")));
        await Ceilings((scope, await Granted(scope) + 10_000, Today));
        var (before, licenses, granted) = (await registry.Written(), await Licenses(), await Granted(scope));

        var answers = await Task.WhenAll(applications.Select((id, i) => registry.Approve(id, Today, $"approver-{i}")));

        Assert.Equal(3, answers.Count(a => (int)a.Status == 200));
        foreach (var refused in answers.Where(a => (int)a.Status != 200))
        {
            refused.DemandProblem(409, "capacity-exceeded");
            Assert.Equal((scope, 1m), (refused["scope"].GetString(), refused["availableMw"].GetDecimal()));
        }

        Assert.Equal((before + 3, licenses + 3, granted + 9000), (await registry.Written(), await Licenses(), await Granted(scope)));
        Assert.Equal(await Licenses(), await registry.Sql<long>("SELECT last FROM number_series WHERE series = 'KZ-DM-I-2026'"));
        await LedgerIsWhole();
    }

    [Fact]
    public async Task Freed_capacity_is_there_on_its_day_and_goes_to_one()
    {
        var number = await registry.Licensed(Today, Files.Application(mw: 5, address: "Gives back"));
        await Ceilings(("region:35", await Granted("region:35"), Today));
        var first = await registry.Recommended(Files.Application(mw: 5, address: "Waits first"));
        var second = await registry.Recommended(Files.Application(mw: 4, address: "Waits second"));
        (await registry.Approve(second, Today)).DemandProblem(409, "capacity-exceeded");
        (await registry.Post(Owner, $"/v1/licenses/{number}/surrender", new { from = "2026-03-10" })).Demand(200);
        (await registry.Approve(second, Today)).DemandProblem(409, "capacity-exceeded");
        await Waits((first, 5m, false), (second, 4m, false));

        await registry.MoveClock("2026-03-10T06:00:00Z");
        await Waits((first, 5m, true), (second, 4m, true));
        (await registry.Approve(first, "2026-03-10")).Demand(200);
        await Waits((second, 4m, false));
        (await registry.Approve(second, "2026-03-10")).DemandProblem(409, "capacity-exceeded");
        await LedgerIsWhole();
    }

    [Fact]
    public async Task An_applicant_knows_the_own_place_in_the_queue()
    {
        var first = await registry.Recommended(Files.Application(Files.Kaspi, mw: 5, address: "Place 1"));
        var second = await registry.Recommended(Files.Application(mw: 4, address: "Place 2"));
        var (ahead, own) = (await registry.Get("applicant-" + Files.Kaspi, $"/v1/permit-applications/{first}"),
            await registry.Get(Owner, $"/v1/permit-applications/{second}"));
        Assert.True(ahead["waitingPosition"].GetInt32() < own["waitingPosition"].GetInt32());
        (await registry.Get(Owner, "/v1/capacity/waiting")).DemandProblem(403, "permission-missing");
    }

    [Fact]
    public async Task The_suspended_keep_their_share_and_the_revoked_do_not()
    {
        var number = await registry.Licensed(Today, Files.Application(mw: 2, address: "Share"));
        var granted = await Granted("region:35");
        var suspension = new { ground = "own-request", reasons = "x", from = Today, until = "2026-04-30" };
        (await registry.Post("approver-1", $"/v1/licenses/{number}/suspend", suspension)).Demand(200);
        Assert.Equal(granted, await Granted("region:35"));
        (await registry.Post("approver-1", $"/v1/licenses/{number}/revoke", new { courtActNumber = "1", courtActOn = Today, from = Today },
            "\"2\"")).Demand(200);
        Assert.Equal(granted - 2000, await Granted("region:35"));
        await LedgerIsWhole();
    }

    [Fact]
    public async Task A_license_gives_its_capacity_back_when_it_expires_with_nobody_at_work()
    {
        var number = await registry.Licensed(Today, Files.Application(mw: 2, address: "Expires"));
        var (last, after) = (await Allocated("region:35", "2029-03-01"), await Allocated("region:35", "2029-03-02"));
        Assert.Equal("2029-03-01", (await registry.Get(Owner, $"/v1/licenses/{number}"))["validTo"].GetString());
        Assert.True(last - after >= 2, $"{last} on the last day, {after} after it.");
    }

    [Fact]
    public async Task A_ceiling_below_what_is_allocated_needs_a_day_from_which_nothing_more_is_granted()
    {
        await registry.Licensed(Today, Files.Application(mw: 5, address: "Lowered"));
        var granted = await Granted("region:35");
        var before = await registry.Written();
        var refused = (await Put(("region:35", granted - 1000, "2026-03-01"))).DemandProblem(409, "ceiling-below-allocated");
        Assert.Equal(("region:35", granted / 1000m), (refused["scope"].GetString(), refused["allocatedMw"].GetDecimal()));
        Assert.Equal(before, await registry.Written());

        await Ceilings(("region:35", granted - 1000, "2026-04-01"));
        var scope = await Scope("region:35", Today);
        Assert.Equal(("2026-04-01", 0m),
            (scope.GetProperty("nothingGrantedFrom").GetString(), scope.GetProperty("overAllocatedMw").GetDecimal()));
        var waiting = await registry.Recommended(Files.Application(mw: 1, address: "Too late"));
        (await registry.Approve(waiting, "2026-04-01")).DemandProblem(409, "capacity-exceeded");
        (await registry.Approve(waiting, "2026-03-31")).DemandProblem(409, "capacity-exceeded");

        await registry.MoveClock("2026-04-02T06:00:00Z");
        scope = await Scope("region:35", "2026-04-02");
        Assert.Equal((1m, 0m), (scope.GetProperty("overAllocatedMw").GetDecimal(), scope.GetProperty("availableMw").GetDecimal()));
        // Sent again it is the same ceiling, and not a lower one.
        await Ceilings(("region:35", granted - 1000, "2026-04-01"));
    }

    [Fact]
    public async Task A_grant_fits_under_the_ceilings_of_every_day_of_its_term()
    {
        await Ceilings(("region:27", 10_000, "2026-01-01", "2026-12-31"), ("region:27", 1_000, "2027-01-01", null));
        var large = await registry.Recommended(In("27", 5, "Over later"));
        var before = await registry.Written();
        var refused = (await registry.Approve(large, Today)).DemandProblem(409, "capacity-exceeded");
        Assert.Equal(("region:27", 1m), (refused["scope"].GetString(), refused["availableMw"].GetDecimal()));
        Assert.Equal(before, await registry.Written());
        var waiting = (await registry.Get("approver-1", "/v1/capacity/waiting?scope=region:27")).Demand(200)["items"][0];
        Assert.Equal((false, 1m), (waiting.GetProperty("fits").GetBoolean(), waiting.GetProperty("availableMw").GetDecimal()));
        (await registry.Approve(await registry.Recommended(In("27", 1, "Fits later")), Today)).Demand(200);
        (await registry.Approve(await registry.Recommended(In("27", 1, "Full later")), Today)).DemandProblem(409, "capacity-exceeded");
    }

    [Fact]
    public async Task Power_promised_for_later_days_is_not_over_allocation_of_the_days_before()
    {
        await Ceilings(("region:39", 10_000, "2026-01-01", "2026-06-30"), ("region:39", 20_000, "2026-07-01", null));
        await registry.Licensed(Today, In("39", 8, "Now"));
        await registry.Licensed("2026-07-01", In("39", 10, "Later"));
        foreach (var (day, allocated) in new[] { (Today, 8m), ("2026-06-30", 8m), ("2026-07-01", 18m) })
        {
            var scope = await Scope("region:39", day);
            Assert.Equal((allocated, 2m, 0m), (scope.GetProperty("allocatedMw").GetDecimal(), scope.GetProperty("availableMw").GetDecimal(),
                scope.GetProperty("overAllocatedMw").GetDecimal()));
            Assert.Equal(System.Text.Json.JsonValueKind.Null, scope.GetProperty("nothingGrantedFrom").ValueKind);
        }

        // Promised is promised: nobody else gets it, and no ceiling of its days goes below it unseen.
        var rival = await registry.Recommended(In("39", 2.5m, "Rival"));
        Assert.Equal(2m, (await registry.Approve(rival, Today)).DemandProblem(409, "capacity-exceeded")["availableMw"].GetDecimal());
        await Ceilings(("region:39", 9_000, "2026-01-01", "2026-06-30"), ("region:39", 20_000, "2026-07-01", null));
        var below = (await Put(("region:39", 7_000, "2026-01-01", "2026-06-30"), ("region:39", 20_000, "2026-07-01", null)))
            .DemandProblem(409, "ceiling-below-allocated");
        Assert.Equal(8m, below["allocatedMw"].GetDecimal());
        Assert.Equal(18m, (await Put(("region:39", 9_000, "2025-01-01", null))).DemandProblem(409, "ceiling-below-allocated")["allocatedMw"]
            .GetDecimal());
    }

    [Fact]
    public async Task Overlapping_ceilings_are_refused() =>
        (await Put(("country", 10_000, "2026-03-02"), ("country", 9_000, "2026-06-01"))).DemandProblem(409, "ceilings-overlap");

    private async Task Waits(params (string Id, decimal Mw, bool Fits)[] expected)
    {
        var page = (await registry.Get("approver-1", "/v1/capacity/waiting?scope=region:35&limit=1000")).Demand(200);
        var known = expected.Select(e => e.Id).ToHashSet();
        var rows = page["items"].EnumerateArray().Where(w => known.Contains(w.GetProperty("applicationId").GetString()!)).ToList();
        Assert.Equal(expected, rows.Select(w =>
            (w.GetProperty("applicationId").GetString()!, w.GetProperty("neededMw").GetDecimal(), w.GetProperty("fits").GetBoolean())));
        Assert.True(rows.Select(w => w.GetProperty("position").GetInt32())
            .SequenceEqual(rows.Select(w => w.GetProperty("position").GetInt32()).Order()));
    }

    /// <summary>
    /// What the schema keeps as sums is what the movements come to, and every license holds its power for its term and nothing after it.
    /// </summary>
    private async Task LedgerIsWhole()
    {
        Assert.Equal(0, await registry.Sql<long>("""
            SELECT count(*) FROM
              capacity_recount() AS recount FULL JOIN capacity_days USING (scope, on_day)
             WHERE coalesce(recount.kw, 0) <> coalesce(capacity_days.kw, 0)
            """));
        Assert.Equal(0, await registry.Sql<long>("""
            SELECT count(*) FROM licenses_on('2026-03-02') l
             WHERE license_status(l.number, l.valid_from, l.valid_to, '2026-03-02') IN ('Active', 'Suspended')
               AND l.licensed_kw <> (SELECT sum(kw) FROM capacity_movements m WHERE m.license_number = l.number
                 AND '2026-03-02' BETWEEN counts_from AND counts_until - 1)
            """));
    }

    private static System.Text.Json.Nodes.JsonObject In(string region, decimal mw, string address) =>
        Files.Application(mw: mw, address: address, change: b => b["site"]!["region"] = region);

    private Task Ceilings(params (string Scope, long Kw, string From)[] rows) =>
        Ceilings([.. rows.Select(r => (r.Scope, r.Kw, r.From, (string?)null))]);

    private async Task Ceilings(params (string Scope, long Kw, string From, string? To)[] rows) => (await Put(rows)).Demand(200);

    private Task<Answer> Put(params (string Scope, long Kw, string From)[] rows) =>
        Put([.. rows.Select(r => (r.Scope, r.Kw, r.From, (string?)null))]);

    private async Task<Answer> Put(params (string Scope, long Kw, string From, string? To)[] rows)
    {
        var version = (await registry.Get("admin-1", "/v1/capacity-ceilings")).Demand(200).ETag;
        var body = new { items = rows.Select(r => new { scope = r.Scope, mw = r.Kw / 1000m, effectiveFrom = r.From, effectiveTo = r.To }) };
        return await registry.Send("admin-1", HttpMethod.Put, "/v1/capacity-ceilings", body, version);
    }

    private async Task<System.Text.Json.JsonElement> Scope(string scope, string on) =>
        (await registry.Get("officer-1", $"/v1/capacity?on={on}")).Demand(200)["items"].EnumerateArray()
            .Single(s => s.GetProperty("scope").GetString() == scope);

    private async Task<decimal> Allocated(string scope, string on) => (await Scope(scope, on)).GetProperty("allocatedMw").GetDecimal();

    private Task<long> Granted(string scope) => registry.Sql<long>($"SELECT granted_kw('{scope}', '{Today}')");

    private Task<long> Licenses() => registry.Sql<long>("SELECT count(*) FROM licenses");
}
