using System.Net;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

public sealed class HardwareTests(Registry registry) : IClassFixture<Registry>
{
    private const string Owner = "applicant-" + Files.Kegoc, Other = "applicant-" + Files.Halyk;

    [Fact]
    public async Task Machines_are_on_a_license_from_their_day_and_off_it_from_another()
    {
        var license = await License();
        var units = new[] { Unit("A-1"), Unit("A-2", hashRateThs: 110.5m), Unit("A-3") };
        Assert.Equal(3, (await Register(Owner, license, "2026-02-01", units)).Demand(200)["registered"].GetInt32());
        (await Remove(Owner, license, "2026-03-01", "A-1", "A-3")).Demand(200);

        Assert.Equal((0, 0m, 0m), await Totals(license, "2026-01-31"));
        Assert.Equal((3, 510.5m, 10500m), await Totals(license, "2026-02-01"));
        Assert.Equal((3, 510.5m, 10500m), await Totals(license, "2026-02-28"));
        Assert.Equal((1, 110.5m, 3500m), await Totals(license, "2026-03-01"));

        var first = (await registry.Get("inspector-1", $"/v1/licenses/{license}/hardware?asOf=2026-02-01&limit=2")).Demand(200);
        var second = (await registry.Get("inspector-1",
            $"/v1/licenses/{license}/hardware?asOf=2026-02-01&limit=2&cursor={first["nextCursor"]}")).Demand(200);
        Assert.Equal(["A-1", "A-2", "A-3"], [.. Serials(first), .. Serials(second)]);
        var csv = (await registry.GetCsv(Owner, $"/v1/licenses/{license}/hardware?asOf=2026-02-01&limit=1")).Demand(200).Text.Split("\r\n");
        Assert.Equal(["maker,model,serial,hashRateThs,powerW,from,until", "Bitmain,S21,A-1,200,3500,2026-02-01,2026-03-01"], csv[..2]);
        Assert.Equal(5, csv.Length);
    }

    [Fact]
    public async Task The_same_list_again_changes_nothing_and_another_description_holds_from_its_day()
    {
        var license = await License();
        (await Register(Owner, license, "2026-02-01", Unit("B-1"), Unit("B-2"))).Demand(200);
        var again = (await Register(Owner, license, "2026-03-01", Unit("b-1", maker: "BITMAIN"), Unit("B-2", hashRateThs: 180m)))
            .Demand(200);
        Assert.Equal((1, 1), (again["registered"].GetInt32(), again["unchanged"].GetInt32()));
        Assert.Equal((2, 400m, 7000m), await Totals(license, "2026-02-28"));
        Assert.Equal((2, 380m, 7000m), await Totals(license, "2026-03-01"));
        await Unchanged(async () => (await Register(Owner, license, "2026-01-15", Unit("B-1")))
            .DemandProblem(409, "hardware-registered-later"));
        await Unchanged(async () => (await Remove(Owner, license, "2026-03-01", "B-1", "B-9"))
            .DemandProblem(409, "hardware-not-registered"));
        Assert.Equal((2, 380m, 7000m), await Totals(license, "2026-03-01"));
    }

    [Fact]
    public async Task A_machine_is_never_on_two_licenses_and_nobody_is_told_whose_it_is()
    {
        var (mine, theirs) = (await License(), await License(Files.Halyk));
        (await Register(Owner, mine, "2026-02-01", Unit("C-1"), Unit("C-2"))).Demand(200);
        await Unchanged(async () =>
        {
            var refused = (await Register(Other, theirs, "2026-04-01", Unit("C-0"), Unit("c-1", maker: "bitmain"), Unit("C-2")))
                .DemandProblem(409, "hardware-on-another-license");
            Assert.Equal(["C-1", "C-2"], refused["serials"].EnumerateArray().Select(s => s.GetString()));
            Assert.DoesNotContain(mine, refused.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Files.Kegoc, refused.Text, StringComparison.Ordinal);
        });
        // From a day before the other one's: the days that follow would be double.
        await Unchanged(async () => (await Register(Other, theirs, "2026-01-01", Unit("C-1")))
            .DemandProblem(409, "hardware-on-another-license"));
        (await Remove(Owner, mine, "2026-03-01", "C-1")).Demand(200);
        (await Register(Other, theirs, "2026-03-01", Unit("C-1"))).Demand(200);
    }

    [Fact]
    public async Task Who_surrenders_a_license_or_loses_it_frees_its_machines()
    {
        var (surrendered, revoked, next) = (await License(), await License(), await License(Files.Halyk));
        (await Register(Owner, surrendered, "2026-02-01", Unit("D-1"))).Demand(200);
        (await Register(Owner, revoked, "2026-02-01", Unit("D-2"))).Demand(200);
        (await registry.Post(Owner, $"/v1/licenses/{surrendered}/surrender", new { from = "2026-07-10" })).Demand(200);
        var act = new { courtActNumber = "1", courtActOn = "2026-06-01", from = "2026-06-15" };
        (await registry.Post("officer-1", $"/v1/licenses/{revoked}/revoke", act, "\"1\"")).Demand(200);

        await Unchanged(async () => (await Register(Other, next, "2026-06-14", Unit("D-2")))
            .DemandProblem(409, "hardware-on-another-license"));
        (await Register(Other, next, "2026-06-15", Unit("D-2"))).Demand(200);
        (await Register(Other, next, "2026-07-10", Unit("D-1"))).Demand(200);
        Assert.Equal(0, (await Totals(revoked, "2026-06-15")).Units);
        await Unchanged(async () => (await Register(Owner, revoked, "2026-06-15", Unit("D-3"))).DemandProblem(409, "license-not-in-force"));
        await Unchanged(async () => (await Register(Owner, surrendered, "2029-06-15", Unit("D-3")))
            .DemandProblem(409, "license-not-in-force"));
    }

    [Fact]
    public async Task Of_many_who_register_the_same_machines_at_once_one_gets_them_all()
    {
        var licenses = new List<string>();
        for (var n = 0; n < 6; n++) licenses.Add(await License());
        var answers = await Task.WhenAll(licenses.Select((license, n) =>
        {
            var units = Enumerable.Range(0, 200).Select(u => Unit($"E-{u}")).ToArray();
            return Register(Owner, license, "2026-02-01", n % 2 == 0 ? units : [.. units.Reverse()]);
        }));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK),
            a => Assert.Equal("hardware-on-another-license", a["code"].GetString()));
        Assert.Equal(200, await registry.Sql<long>("SELECT count(*) FROM hardware_units WHERE serial LIKE 'E-%'"));
    }

    [Fact]
    public async Task The_schema_itself_keeps_a_machine_on_one_license()
    {
        var (one, two) = (await License(), await License());
        (await Register(Owner, one, "2026-02-01", Unit("F-1"))).Demand(200);
        var twice = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => registry.Sql<object>($"""
            INSERT INTO hardware_units (id, license_number, maker, model, serial, hash_rate_ths, power_w, registered_from, registered_until,
                                        recorded_at, recorded_by)
            VALUES (gen_random_uuid(), '{two}', 'bitmain', 'x', 'f-1', 1, 1, '2026-03-01', '2026-04-01', '2026-03-01', 'x') RETURNING id
            """));
        Assert.Equal("hardware_units_are_on_one_license", twice.ConstraintName);
    }

    [Fact]
    public async Task Others_and_bad_units_are_refused()
    {
        var license = await License();
        await Unchanged(async () =>
        {
            (await Register(Other, license, "2026-02-01", Unit("G-1"))).DemandProblem(404, "license-not-found");
            (await Remove(Other, license, "2026-02-01", "G-1")).DemandProblem(404, "license-not-found");
            (await registry.Get(Other, $"/v1/licenses/{license}/hardware")).DemandProblem(404, "license-not-found");
            await Bad("/units", Unit("G-1"), Unit("g-1", maker: "bitmain"));
            await Bad("/units");
            await Bad("/units", [.. Enumerable.Range(0, 5_001).Select(n => Unit($"G-{n}"))]);
            await Bad("/units/1/serial", Unit("G-1"), Unit("С-1"));
            await Bad("/units/0/serial", Unit("G\u00A01"));
            await Bad("/units/0/maker", Unit("G-1", maker: "Bitmаin"));
            await Bad("/units/0/hashRateThs", Unit("G-1", hashRateThs: 0));
            await Bad("/units/0/hashRateThs", Unit("G-1", hashRateThs: 0.0001m));
        });

        async Task Bad(string pointer, params object[] units)
        {
            var refused = (await Register(Owner, license, "2026-02-01", units)).DemandProblem(400, "invalid-input");
            Assert.Equal([pointer], refused.Problems.Select(p => p.Pointer).Distinct());
        }
    }

    [Fact]
    public async Task Five_thousand_machines_are_registered_at_once()
    {
        var license = await License();
        (await Register(Owner, license, "2026-02-01", [.. Enumerable.Range(0, 5_000).Select(n => Unit($"H-{n:D6}"))])).Demand(200);
        Assert.Equal((5_000, 1_000_000m, 17_500_000m), await Totals(license, "2026-02-01"));
    }

    private static int sites;

    private async Task<string> License(string bin = Files.Kegoc)
    {
        await registry.MoveClock("2026-01-01T06:00:00Z");
        var license =
            await registry.Licensed("2026-01-01", Files.Application(bin, mw: 1, address: $"Hardware {Interlocked.Increment(ref sites)}"));
        await registry.MoveClock("2026-07-01T06:00:00Z");
        return license;
    }

    private static object Unit(string serial, string maker = "Bitmain", decimal hashRateThs = 200m) =>
        new { maker, model = "S21", serial, hashRateThs, powerW = 3500 };

    private Task<Answer> Register(string persona, string license, string from, params object[] units) =>
        registry.Post(persona, $"/v1/licenses/{license}/hardware", new { from, units });

    private Task<Answer> Remove(string persona, string license, string from, params string[] serials) =>
        registry.Post(persona, $"/v1/licenses/{license}/hardware/remove",
            new { from, units = serials.Select(serial => new { maker = "Bitmain", serial }) });

    private async Task<(int Units, decimal HashRateThs, decimal PowerW)> Totals(string license, string on)
    {
        var totals = (await registry.Get("auditor-1", $"/v1/licenses/{license}/hardware?asOf={on}")).Demand(200)["totals"];
        return (totals.GetProperty("units").GetInt32(), totals.GetProperty("hashRateThs").GetDecimal(), totals.GetProperty("powerW")
            .GetDecimal());
    }

    private async Task Unchanged(Func<Task> refused)
    {
        var before = (await registry.Written(), await Rows());
        await refused();
        Assert.Equal(before, (await registry.Written(), await Rows()));
    }

    private Task<string> Rows() =>
        registry.Sql<string>("SELECT coalesce(md5(string_agg(u::text, ',' ORDER BY u.id)), '') FROM hardware_units u");

    private static IEnumerable<string?> Serials(Answer page) =>
        page["items"].EnumerateArray().Select(u => u.GetProperty("serial").GetString());
}
