using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

public sealed class PoolTests(Registry registry) : IClassFixture<Registry>
{
    [Fact]
    public async Task Anybody_reads_what_an_accreditation_is_worth_on_a_day()
    {
        var created = (await Accredit("Dated", p => p["accreditedTo"] = "2026-12-31")).Demand(201);
        var path = created.Headers.Location!.ToString();
        Assert.Equal("Pending", (await registry.Get(null, path + "?asOf=2025-12-31")).Demand(200)["status"].GetString());
        Assert.Equal("Accredited", (await registry.Get(null, path + "?asOf=2026-01-01")).Demand(200)["status"].GetString());
        Assert.Equal("Accredited", (await registry.Get(null, path + "?asOf=2026-12-31")).Demand(200)["status"].GetString());
        Assert.Equal("Expired", (await registry.Get(null, path + "?asOf=2027-01-01")).Demand(200)["status"].GetString());

        var before = await registry.Written();
        (await Revoke(path, "2026-06-01", null)).DemandProblem(428, "if-match-required");
        (await Revoke(path, "2026-06-01", "\"2\"")).DemandProblem(412, "stale-version");
        (await Revoke(path, "2025-12-31")).DemandProblem(409, "outside-accreditation");
        (await Revoke(path, "2027-01-01")).DemandProblem(409, "outside-accreditation");
        Assert.Equal(before, await registry.Written());
        Assert.Equal(2, (await Revoke(path, "2026-06-01")).Demand(200)["version"].GetInt32());
        (await Revoke(path, "2026-06-01", "\"2\"")).DemandProblem(409, "pool-revoked-already");
        Assert.Equal("Accredited", (await registry.Get(null, path + "?asOf=2026-05-31")).Demand(200)["status"].GetString());
        Assert.Equal("Revoked", (await registry.Get(null, path + "?asOf=2026-06-01")).Demand(200)["status"].GetString());
    }

    [Fact]
    public async Task A_pool_is_accredited_once_at_a_time()
    {
        var path = (await Accredit("Once")).Demand(201).Headers.Location!.ToString();
        var before = await registry.Written();
        (await Accredit("ONCE", p => p["accreditedFrom"] = "2027-01-01")).DemandProblem(409, "pool-exists");
        (await Accredit("Оnсе\u00A0")).DemandProblem(409, "pool-exists");
        Assert.Equal(before, await registry.Written());
        (await Revoke(path, "2026-06-01")).Demand(200);
        (await Accredit("Once", p => p["accreditedFrom"] = "2026-06-01")).Demand(201);
    }

    [Fact]
    public async Task Pools_are_listed_page_by_page_and_as_a_file()
    {
        for (var n = 0; n < 3; n++) (await Accredit($"Listed {n}")).Demand(201);
        var names = new List<string?>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await registry.Get(null, "/v1/pools?limit=2" + cursor)).Demand(200);
            names.AddRange(page["items"].EnumerateArray().Select(p => p.GetProperty("name").GetString()));
            cursor = page["nextCursor"].GetString() is { } next ? "&cursor=" + next : null;
        }

        Assert.Equal(await registry.Sql<long>("SELECT count(*) FROM pools"), names.Count);
        var csv = (await registry.GetCsv(null, "/v1/pools?limit=1")).Demand(200).Text.TrimEnd().Split("\r\n");
        Assert.Equal(names.Count + 1, csv.Length);
        (await registry.Get(null, $"/v1/pools/{Guid.Empty}")).DemandProblem(404, "pool-not-found");
    }

    [Theory]
    [InlineData("name", "", "/name")]
    [InlineData("country", "Kazakhstan", "/country")]
    [InlineData("country", "kz", "/country")]
    [InlineData("homepage", "javascript:alert(1)", "/homepage")]
    [InlineData("homepage", "https://user@pool.kz", "/homepage")]
    [InlineData("accreditedFrom", "2023-03-31", "/accreditedFrom")]
    [InlineData("accreditedTo", "2025-12-31", "/accreditedTo")]
    [InlineData("act", "", "/act")]
    public async Task A_bad_member_is_pointed_at(string member, string value, string pointer)
    {
        var before = await registry.Written();
        var refused = await Accredit("Bad", p => p[member] = value);
        Assert.Equal([pointer], refused.DemandProblem(400, "invalid-input").Problems.Select(p => p.Pointer).Distinct());
        Assert.Equal(before, await registry.Written());
    }

    private Task<Answer> Accredit(string name, Action<JsonObject>? change = null)
    {
        var body =
            new JsonObject { ["name"] = name, ["country"] = "KZ", ["accreditedFrom"] = "2026-01-01", ["act"] = "No. 12 of 2025-12-20" };
        change?.Invoke(body);
        return registry.Post("approver-1", "/v1/pools", body);
    }

    private Task<Answer> Revoke(string path, string from, string? version = "\"1\"") =>
        registry.Post("approver-1", path + "/revoke", new { from, act = "No. 31" }, version);
}
