using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>Subtype II: own hardware in somebody else's data center, within the host's licensed power.</summary>
public sealed class HostingTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Today = "2026-03-02", Owner = "applicant-" + Files.Kegoc;

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Of_64_parallel_guests_exactly_those_pass_that_the_host_can_hold()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 5, address: "Host"));
        var guests = new List<string>();
        for (var i = 0; i < 64; i++) guests.Add(await registry.Recommended(Hosted(host, 1.5m, $"Guest {i}")));
        var country = await registry.Sql<long>("SELECT granted_kw('country', '2026-03-02')");

        var answers = await Task.WhenAll(guests.Select((id, i) => registry.Approve(id, Today, $"approver-{i}")));

        Assert.Equal(3, answers.Count(a => (int)a.Status == 200));
        Assert.All(answers.Where(a => (int)a.Status != 200),
            a => Assert.Equal(0.5m, a.DemandProblem(409, "host-capacity-exceeded")["availableMw"].GetDecimal()));
        Assert.Equal(country, await registry.Sql<long>("SELECT granted_kw('country', '2026-03-02')"));
        Assert.Equal(4500, await registry.Sql<long>($"SELECT granted_kw('host:{host}', '2026-03-02')"));
    }

    [Fact]
    public async Task A_guest_that_leaves_makes_room()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 2, address: "Room"));
        var first = await registry.Licensed(Today, Hosted(host, 2, "Leaves"));
        var second = await registry.Recommended(Hosted(host, 1, "Comes"));
        (await registry.Approve(second, Today)).DemandProblem(409, "host-capacity-exceeded");
        (await registry.Post("applicant-" + Files.Kaspi, $"/v1/licenses/{first}/surrender", new { from = Today })).Demand(200);
        (await registry.Approve(second, Today)).Demand(200);
    }

    [Fact]
    public async Task A_host_keeps_at_least_what_it_hosts()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 5, address: "Keeps"));
        await registry.Licensed(Today, Hosted(host, 3, "Stays"));
        Assert.Equal(409, (int)(await Reduced(host, 2)).DemandProblem(409, "host-capacity-exceeded").Status);
        (await Reduced(host, 3)).Demand(200);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_refused() =>
        (await registry.Post("applicant-" + Files.Kaspi,
            $"/v1/permit-applications/{await registry.Draft(Hosted("KZ-DM-I-2020-000001", 3, "No host"))}/submit"))
            .DemandProblem(409, "host-license-not-active");

    [Fact]
    public async Task A_host_does_not_surrender_what_it_hosts()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 5, address: "Surrenders"));
        var guest = await registry.Licensed(Today, Hosted(host, 3, "Guest of one that surrenders"));
        var before = await registry.Written();
        (await registry.Post(Owner, $"/v1/licenses/{host}/surrender", new { from = "2026-04-01" }))
            .DemandProblem(409, "host-capacity-exceeded");
        Assert.Equal(before, await registry.Written());

        (await registry.Post("applicant-" + Files.Kaspi, $"/v1/licenses/{guest}/surrender", new { from = "2026-04-01" })).Demand(200);
        (await registry.Post(Owner, $"/v1/licenses/{host}/surrender", new { from = "2026-03-31" }))
            .DemandProblem(409, "host-capacity-exceeded");
        (await registry.Post(Owner, $"/v1/licenses/{host}/surrender", new { from = "2026-04-01" })).Demand(200);
        Assert.Equal(0.0m, (await registry.Approve(await registry.Recommended(Hosted(host, 1, "Too late")), "2026-03-15"))
            .DemandProblem(409, "host-capacity-exceeded")["availableMw"].GetDecimal());
    }

    [Fact]
    public async Task What_guests_go_on_with_when_a_court_ends_their_host_is_granted_to_nobody_else()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 5, address: "Revoked"));
        var guest = await registry.Licensed(Today, Hosted(host, 3, "Guest of one that is revoked"));
        var (tenth, twentieth) = (await Country("2026-03-10"), await Country("2026-03-20"));
        var act = new { courtActNumber = "1", courtActOn = Today, from = "2026-03-10" };
        (await registry.Post("approver-1", $"/v1/licenses/{host}/revoke", act, "\"1\"")).Demand(200);
        Assert.Equal(tenth - 2_000, await Country("2026-03-10"));

        (await registry.Post("applicant-" + Files.Kaspi, $"/v1/licenses/{guest}/surrender", new { from = "2026-03-20" })).Demand(200);
        Assert.Equal(twentieth - 5_000, await Country("2026-03-20"));
        Assert.Equal(0, await registry.Sql<long>($"SELECT granted_kw('host:{host}', '2026-03-20')"));
    }

    [Fact]
    public async Task A_host_revoked_again_from_an_earlier_day_counts_its_guests_once()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 5, address: "Revoked twice"));
        await registry.Licensed(Today, Hosted(host, 2.5m, "Guest of one that is revoked twice"));
        var (june, april) = (await Country("2026-06-26"), await Country("2026-04-01"));
        foreach (var (from, version) in new[] { ("2026-06-25", "\"1\""), ("2026-03-20", "\"2\"") })
            (await registry.Post("approver-1", $"/v1/licenses/{host}/revoke", new { courtActNumber = "1", courtActOn = Today, from },
                version)).Demand(200);
        Assert.Equal((june - 2_500, april - 2_500), (await Country("2026-06-26"), await Country("2026-04-01")));
    }

    [Fact]
    public async Task A_guest_that_is_reduced_when_its_host_has_ended_gives_back_what_it_no_longer_has()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 5, address: "Ended"));
        var guest = await registry.Licensed(Today, Hosted(host, 2.5m, "Guest that is reduced"));
        var (march, may) = (await Country("2026-03-15"), await Country("2026-05-01"));
        var act = new { courtActNumber = "1", courtActOn = Today, from = "2026-03-10" };
        (await registry.Post("approver-1", $"/v1/licenses/{host}/revoke", act, "\"1\"")).Demand(200);
        var reduced = await registry.Recommended(
            Hosted(host, 0.5m, "Guest that is reduced", b => (b["kind"], b["previousLicenseNumber"]) = ("Amendment", guest)));
        (await registry.Approve(reduced, "2026-04-01")).Demand(200);
        Assert.Equal((march - 2_500, may - 4_500), (await Country("2026-03-15"), await Country("2026-05-01")));
    }

    [Fact]
    public async Task Nobody_is_hosted_longer_than_there_is_a_host()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 5, address: "Ends first"));
        var approved = await registry.Approve(await registry.Recommended(Hosted(host, 3, "Ends with it")), "2026-05-15");
        Assert.Equal("2029-03-01", approved.Demand(200)["license"].GetProperty("validTo").GetString());
    }

    [Fact]
    public async Task A_host_that_is_suspended_or_hosted_itself_is_refused()
    {
        var host = await registry.Licensed(Today, Files.Application(mw: 5, address: "Suspended host"));
        var guest = await registry.Licensed(Today, Hosted(host, 3, "Is a guest"));
        (await registry.Post("applicant-" + Files.Kaspi,
            $"/v1/permit-applications/{await registry.Draft(Hosted(guest, 1, "Guest of a guest"))}/submit"))
            .DemandProblem(409, "host-license-not-active");

        var suspension = new { ground = "own-request", reasons = "x", from = Today, until = "2026-05-31" };
        (await registry.Post("approver-1", $"/v1/licenses/{host}/suspend", suspension)).Demand(200);
        var waiting = await registry.Recommended(Hosted(host, 1, "Host suspended"));
        var before = await registry.Written();
        (await registry.Approve(waiting, Today)).DemandProblem(409, "host-license-not-active");
        Assert.Equal(before, await registry.Written());
        (await registry.Approve(waiting, "2026-06-01")).Demand(200);
    }

    [Fact]
    public async Task Guests_stay_with_a_host_that_was_renewed_and_count_against_it()
    {
        var old = await registry.Licensed(Today, Files.Application(mw: 5, address: "Renewed host"));
        var guest = await registry.Licensed(Today, Hosted(old, 3, "Guest before"));
        await registry.EndOn(old, "2026-05-20");
        await registry.EndOn(guest, "2026-05-25");
        await registry.MoveClock("2026-05-04T06:00:00Z");
        var renewal = await registry.Recommended(Files.Application(mw: 5, address: "Renewed host", change: b => Follow(b, old)));
        var host = (await registry.Approve(renewal, "2026-05-21")).Demand(200)["license"].GetProperty("number").GetString()!;

        await registry.MoveClock("2026-05-21T06:00:00Z");
        var next = await registry.Recommended(Hosted(host, 3, "Guest after"));
        Assert.Equal(2m, (await registry.Approve(next, "2026-05-21")).DemandProblem(409, "host-capacity-exceeded")["availableMw"]
            .GetDecimal());
        var stays = await registry.Recommended(Hosted(host, 3, "Guest before", b => Follow(b, guest)));
        (await registry.Approve(stays, "2026-05-26")).Demand(200);
        Assert.Equal(3000, await registry.Sql<long>($"SELECT granted_kw('host:{old}', '2026-05-21')"));
    }

    private static void Follow(JsonObject body, string license) => (body["kind"], body["previousLicenseNumber"]) = ("Renewal", license);

    /// <summary>kW that count in the country on a day.</summary>
    private Task<long> Country(string day) =>
        registry.Sql<long>($"SELECT coalesce(sum(kw), 0)::bigint FROM capacity_days WHERE scope = 'country' AND on_day <= '{day}'");

    private async Task<Answer> Reduced(string host, decimal mw)
    {
        var amendment = await registry.Recommended(Files.Application(mw: mw, address: $"Keeps {mw}", change: b =>
        {
            b["kind"] = "Amendment";
            b["previousLicenseNumber"] = host;
        }));
        var answer = await registry.Approve(amendment, Today);
        if ((int)answer.Status != 200) (await registry.Post(Owner, $"/v1/permit-applications/{amendment}/withdraw")).Demand(200);
        return answer;
    }

    private static JsonObject Hosted(string host, decimal mw, string address, Action<JsonObject>? change = null) =>
        Files.Application(Files.Kaspi, mw, address, b =>
    {
        b["subtype"] = "II";
        b["site"]!["hostLicenseNumber"] = host;
        b["stateFee"]!["amountKzt"] = 21625;
        change?.Invoke(b);
    });
}
