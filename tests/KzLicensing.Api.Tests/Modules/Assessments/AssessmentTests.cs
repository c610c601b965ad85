using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Assessments;

public sealed class AssessmentTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly Registry registry = new(cluster);

    public async ValueTask InitializeAsync()
    {
        await registry.InitializeAsync();
        await registry.MoveClock("2026-04-05T06:00:00Z");
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-1"))).Demand(201);
        (await registry.Upload(Files.Readings("MP-1", new DateOnly(2026, 1, 1), 90))).Demand(201);
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    [Theory]
    [InlineData("2022-Q1", "2022-01-01", null, "2022-04-20")]
    [InlineData("2023-Q3", "2023-07-01", "2023-11-15", "2023-11-27")]
    public async Task The_first_years_of_the_fee_compute_with_the_days_of_their_calendars(string period, string first, string? declareBy,
        string dueOn)
    {
        var from = DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture);
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-OLD", change: p => p["from"] = first))).Demand(201);
        (await registry.Upload(Files.Readings("MP-OLD", from, 92))).Demand(201);
        for (var month = 0; month < 3; month++)
        {
            var purchase = new
            {
                meteringPoint = "MP-OLD",
                month = $"{from.AddMonths(month):yyyy-MM}",
                kwh = 7_000_000,
                costKzt = 150_000_000,
                source = "x",
                reference = "x"
            };
            (await registry.Post("grid-1", "/v1/electricity-purchases", purchase)).Demand(201);
        }

        await registry.Run(period);
        var draft = Assert.Single(await registry.Assessments($"period={period}"));
        Assert.Equal((declareBy, dueOn), (draft.GetProperty("declareBy").GetString(), draft.GetProperty("dueOn").GetString()));
    }

    [Fact]
    public async Task A_quarter_that_has_not_ended_is_refused() =>
        (await registry.Post("tax-1", "/v1/assessment-runs", new { period = "2026-Q2", instrument = "MiningFee" }))
            .DemandProblem(409, "period-not-ended");

    [Fact]
    public async Task The_same_run_again_replaces_the_draft_and_after_issue_finds_nothing_new()
    {
        await registry.Run("2026-Q1");
        var first = Assert.Single(await registry.Assessments("status=Draft")).GetProperty("id").GetString();
        await registry.Run("2026-Q1");
        var second = Assert.Single(await registry.Assessments("status=Draft")).GetProperty("id").GetString();
        Assert.NotEqual(first, second);
        (await registry.Post("tax-2", $"/v1/assessments/{first}/issue", ifMatch: "\"1\"")).DemandProblem(404, "assessment-not-found");
        (await registry.Post("tax-2", $"/v1/assessments/{second}/issue", ifMatch: "\"1\"")).Demand(200);
        (await registry.Post("tax-2", $"/v1/assessments/{second}/issue")).DemandProblem(428, "if-match-required");
        (await registry.Post("tax-2", $"/v1/assessments/{second}/issue", ifMatch: "\"1\"")).DemandProblem(412, "stale-version");
        (await registry.Post("tax-2", $"/v1/assessments/{second}/issue", ifMatch: "\"2\"")).DemandProblem(409, "invalid-transition");

        var again = await registry.Run("2026-Q1");
        Assert.Equal(1, again["totals"].GetProperty("unchanged").GetInt32());
        Assert.Empty(await registry.Assessments("status=Draft"));
    }

    [Fact]
    public async Task A_draft_whose_inputs_have_moved_is_not_issued_and_a_correction_supersedes()
    {
        await registry.Run("2026-Q1");
        var draft = Assert.Single(await registry.Assessments("status=Draft")).GetProperty("id").GetString();
        (await registry.Upload("meteringPoint,startAt,kwh,quality\nMP-1,2026-01-01T00:00:00Z,10001,Measured\n")).Demand(201);
        var before = await registry.Written();
        (await registry.Post("tax-2", $"/v1/assessments/{draft}/issue", ifMatch: "\"1\"")).DemandProblem(409, "inputs-changed");
        Assert.Equal(before, await registry.Written());

        await registry.Run("2026-Q1");
        var one = await Issue();
        (await registry.Upload("meteringPoint,startAt,kwh,quality\nMP-1,2026-01-01T00:00:00Z,10000,Measured\n")).Demand(201);
        await registry.Run("2026-Q1");
        var two = await Issue();
        Assert.Equal((2, -25m, "DMF-2026Q1-000002"), (two["version"].GetInt32(), two["deltaKzt"].GetDecimal(), two["number"].GetString()));
        Assert.Equal(one["id"].GetString(), two["supersedes"].GetString());
        Assert.Equal("Superseded", (await registry.Get("tax-1", $"/v1/assessments/{one["id"].GetString()}"))["status"].GetString());

        var feed = (await registry.Get("tax-1", "/v1/tax-feed/assessments")).Demand(200);
        Assert.Equal(["Issued", "Superseded", "Issued"], feed["items"].EnumerateArray().Select(i => i.GetProperty("change").GetString()));
    }

    [Fact]
    public async Task A_run_is_issued_whole_by_a_second_person()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-2", Files.Kaspi, change: p => p["meterState"] = "Absent")))
            .Demand(201);
        var run = await registry.Run("2026-Q1");
        var path = $"/v1/assessment-runs/{run["id"].GetString()}/issue";
        (await registry.Post("tax-1", path, ifMatch: run.ETag)).DemandProblem(409, "four-eyes-required");
        (await registry.Post("TAX-1".ToLowerInvariant(), path, ifMatch: "\"99\"")).DemandProblem(412, "stale-version");
        var issued = (await registry.Post("tax-2", path, ifMatch: run.ETag)).Demand(200);
        // 90 days × 24 h × 10,000 kWh and × 12,500 kW, all at 25.
        Assert.Equal((2, 540_000_000m + 675_000_000m), (issued["issued"].GetInt32(), issued["totalKzt"].GetDecimal()));
        (await registry.Post("tax-2", path, ifMatch: run.ETag)).DemandProblem(409, "nothing-to-issue");
    }

    [Fact]
    public async Task A_payer_of_whom_nothing_was_read_gets_no_draft_and_a_silent_point_shows_its_gap()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-2"))).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-3", Files.Kaspi))).Demand(201);
        var totals = (await registry.Run("2026-Q1"))["totals"];
        Assert.Equal((1, 1), (totals.GetProperty("drafted").GetInt32(), totals.GetProperty("nothingDue").GetInt32()));
        var silent = Assert.Single(await registry.Assessments("status=Draft")).GetProperty("lines")[1];
        Assert.Equal((0m, 90 * 24), (silent.GetProperty("amountKzt").GetDecimal(), silent.GetProperty("missingHours").GetInt32()));
    }

    [Fact]
    public async Task Somebody_elses_license_permits_nothing()
    {
        await registry.MoveClock("2025-12-31T20:00:00Z");
        var license = await registry.Licensed("2026-01-01");
        await registry.MoveClock("2026-04-05T06:00:00Z");
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-2", Files.Kaspi, license))).Demand(201);
        (await registry.Upload(Files.Readings("MP-2", new DateOnly(2026, 1, 1), 1))).Demand(201);
        await registry.Run("2026-Q1");
        var line = (await registry.Assessments($"bin={Files.Kaspi}")).Single().GetProperty("lines")[0];
        Assert.Equal(("NoLicense", 25m), (line.GetProperty("condition").GetString(), line.GetProperty("rateKztPerKwh").GetDecimal()));
    }

    [Fact]
    public async Task A_price_beyond_all_measure_does_not_stop_a_run_from_being_issued()
    {
        var purchase =
            new { meteringPoint = "MP-1", month = "2026-01", kwh = 0.001m, costKzt = 1_000_000_000_000m, source = "x", reference = "x" };
        (await registry.Post("grid-1", "/v1/electricity-purchases", purchase)).Demand(201);
        await registry.Run("2026-Q1");
        Assert.Equal(540_000_000m, (await Issue())["totalKzt"].GetDecimal());
    }

    [Fact]
    public async Task A_run_that_finds_nothing_new_takes_the_draft_of_the_one_before_away()
    {
        await registry.Run("2026-Q1");
        await Issue();
        (await registry.Upload("meteringPoint,startAt,kwh,quality\nMP-1,2026-01-01T00:00:00Z,10001,Measured\n")).Demand(201);
        await registry.Run("2026-Q1");
        Assert.Single(await registry.Assessments("status=Draft"));
        (await registry.Upload("meteringPoint,startAt,kwh,quality\nMP-1,2026-01-01T00:00:00Z,10000,Measured\n")).Demand(201);
        await registry.Run("2026-Q1");
        Assert.Empty(await registry.Assessments("status=Draft"));
    }

    [Fact]
    public async Task A_payer_sees_and_speaks_for_the_days_it_pays_for()
    {
        (await registry.Post("grid-1", "/v1/metering-points/MP-1/facts", new { from = "2026-02-15", payerBin = Files.Kaspi })).Demand(201);
        string before = "applicant-" + Files.Kegoc, after = "applicant-" + Files.Kaspi;
        const string All = "/v1/metering-points/MP-1/consumption?from=2026-01-01&to=2026-04-01&step=quarter";
        Assert.Equal(45 * 240_000m, (await registry.Get(before, All)).Demand(200)["totalKwh"].GetDecimal());
        Assert.Equal(45 * 240_000m, (await registry.Get(after, All)).Demand(200)["totalKwh"].GetDecimal());
        (await registry.Get(after, "/v1/metering-points/MP-1/consumption?from=2026-01-01&to=2026-02-01"))
            .DemandProblem(404, "metering-point-not-found");
        (await registry.Get(before, "/v1/metering-points/MP-1?asOf=2026-03-01")).DemandProblem(404, "metering-point-not-found");
        (await registry.Get(before, "/v1/metering-points/MP-1?asOf=2026-02-14")).Demand(200);
        var purchase = new { meteringPoint = "MP-1", month = "2026-03", kwh = 1, costKzt = 9, source = "x", reference = "x" };
        (await registry.Post(before, "/v1/electricity-purchases", purchase)).DemandProblem(404, "metering-point-not-found");
        (await registry.Post(after, "/v1/electricity-purchases", purchase)).Demand(201);
        Assert.Empty((await registry.Get(before, "/v1/electricity-purchases")).Demand(200)["items"].EnumerateArray());
    }

    [Fact]
    public async Task Sub_periods_follow_every_dated_fact()
    {
        (await registry.Post("grid-1", "/v1/metering-points/MP-1/facts", new { from = "2026-02-01", meterState = "Faulty" })).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points/MP-1/facts",
            new { from = "2026-02-15", meterState = "Working", powerSource = "OwnRenewable" })).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points/MP-1/facts", new { from = "2026-03-01", payerBin = Files.Kaspi })).Demand(201);
        await registry.Run("2026-Q1");
        var lines = (await registry.Assessments($"bin={Files.Kegoc}")).Single().GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal(["Metered", "MaximumCapacity", "Metered"], lines.Select(l => l.GetProperty("volumeBasis").GetString()));
        Assert.Equal(["NoLicense", "NoMeter", "NoLicense"], lines.Select(l => l.GetProperty("condition").GetString()));
        Assert.Equal([31 * 240_000m, 14 * 300_000m, 14 * 240_000m], lines.Select(l => l.GetProperty("kwh").GetDecimal()));
        Assert.Equal(31 * 240_000m * 25, (await registry.Assessments($"bin={Files.Kaspi}")).Single().GetProperty("totalKzt").GetDecimal());
    }

    [Fact]
    public async Task The_applications_role_cannot_change_what_was_issued()
    {
        await registry.Run("2026-Q1");
        await Issue();
        await using var connection = new NpgsqlConnection(registry.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var table in new[] { "assessments", "assessment_revisions", "tax_feed", "journal_entries" })
        {
            foreach (var sql in new[] { $"DELETE FROM {table}", $"TRUNCATE {table} CASCADE",
                $"UPDATE {table} SET {(table == "journal_entries" ? "actor" : "doc")} = 'x'" })
            {
                await using var command =
                    new NpgsqlCommand(sql.Replace("assessments SET doc", "assessments SET period", StringComparison.Ordinal), connection);
                var refused =
                    await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
            }
        }
    }

    private async Task<Answer> Issue()
    {
        var draft = Assert.Single(await registry.Assessments("status=Draft")).GetProperty("id").GetString();
        return (await registry.Post("tax-2", $"/v1/assessments/{draft}/issue", ifMatch: "\"1\"")).Demand(200);
    }
}
