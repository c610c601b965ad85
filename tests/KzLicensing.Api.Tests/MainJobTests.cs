using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests;

/// <summary>The one continuous path through all modules, over HTTP only.</summary>
public sealed class MainJobTests(Registry registry) : IClassFixture<Registry>
{
    private const string Applicant = "applicant-" + Files.Kegoc;

    [Fact]
    public async Task An_application_becomes_a_license_and_its_electricity_an_assessment_that_a_tax_system_pulls_once()
    {
        await registry.MoveClock("2025-12-31T20:00:00Z");
        var license = await registry.Licensed("2026-01-01");
        Assert.Equal("KZ-DM-I-2026-000001", license);

        await registry.MoveClock("2026-04-05T06:00:00Z");
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-1", license: license))).Demand(201);
        var loaded = (await registry.Upload(Files.Readings("MP-1", new DateOnly(2026, 1, 1), 90))).Demand(201);
        Assert.Equal(2160, loaded["accepted"].GetInt64());
        foreach (var month in new[] { "2026-01", "2026-02", "2026-03" })
        {
            var purchase = new
            {
                meteringPoint = "MP-1",
                month,
                kwh = 7_200_000,
                costKzt = 132_704_640,
                source = "SinglePurchaser",
                reference = $"INV-{month}"
            };
            (await registry.Post("grid-1", "/v1/electricity-purchases", purchase)).Demand(201);
        }

        var draft = await Draft();
        var line = Assert.Single(draft.GetProperty("lines").EnumerateArray());
        Assert.Equal(21_600_000m, line.GetProperty("kwh").GetDecimal());
        Assert.Equal("Standard", line.GetProperty("condition").GetString());
        Assert.Equal("Metered", line.GetProperty("volumeBasis").GetString());
        Assert.Equal(18.4312m, line.GetProperty("averagePriceKzt").GetDecimal());
        Assert.Equal(2m, line.GetProperty("rateKztPerKwh").GetDecimal());
        Assert.Equal(43_200_000m, draft.GetProperty("totalKzt").GetDecimal());
        Assert.Equal("2026-05-15", draft.GetProperty("declareBy").GetString());
        Assert.Equal("2026-05-25", draft.GetProperty("dueOn").GetString());

        var id = draft.GetProperty("id").GetString();
        (await registry.Get(Applicant, $"/v1/assessments/{id}")).DemandProblem(404, "assessment-not-found");
        var issued = (await registry.Post("tax-2", $"/v1/assessments/{id}/issue", ifMatch: "\"1\"")).Demand(200);
        Assert.Equal("DMF-2026Q1-000001", issued["number"].GetString());

        var feed = (await registry.Get("tax-1", "/v1/tax-feed/assessments")).Demand(200);
        var change = Assert.Single(feed["items"].EnumerateArray());
        Assert.Equal("Issued", change.GetProperty("change").GetString());
        Assert.Equal(43_200_000m, change.GetProperty("assessment").GetProperty("totalKzt").GetDecimal());
        var after = (await registry.Get("tax-1", $"/v1/tax-feed/assessments?after={feed["nextCursor"].GetString()}")).Demand(200);
        Assert.Empty(after["items"].EnumerateArray());

        Assert.Equal("Active", (await registry.Get(null, $"/v1/register/licenses/{license}")).Demand(200)["status"].GetString());
        (await registry.Get(Applicant, $"/v1/assessments/{id}")).Demand(200);
        (await registry.Get("applicant-" + Files.KazMunayGas, $"/v1/assessments/{id}")).DemandProblem(404, "assessment-not-found");
        Assert.True((await registry.Get("auditor-1", "/v1/audit/verification")).Demand(200)["intact"].GetBoolean());
    }

    private async Task<System.Text.Json.JsonElement> Draft()
    {
        var run = (await registry.Post("tax-1", "/v1/assessment-runs", new { period = "2026-Q1", instrument = "MiningFee" })).Demand(202);
        await registry.RunEnds(run["id"].GetString()!);
        var drafts = (await registry.Get("tax-1", "/v1/assessments?period=2026-Q1&status=Draft")).Demand(200);
        return Assert.Single(drafts["items"].EnumerateArray());
    }
}
