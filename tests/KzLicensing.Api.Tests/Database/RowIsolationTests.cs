using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>The net below the predicates: with the application's role, SQL that forgets whose rows it may see sees none.</summary>
public sealed class RowIsolationTests(Registry registry) : IClassFixture<Registry>
{
    [Theory]
    [InlineData("permit_applications")]
    [InlineData("metering_points")]
    [InlineData("metering_point_facts")]
    [InlineData("electricity_purchases")]
    [InlineData("electricity_purchase_withdrawals")]
    [InlineData("standing_purchases")]
    [InlineData("finding_acknowledgements")]
    [InlineData("assessment_drafts")]
    public async Task Rows_are_seen_by_their_owner_and_by_staff_only(string table)
    {
        await Fill();
        Assert.Equal(0, await Count(table, scope: null));
        Assert.Equal(0, await Count(table, Files.Kaspi));
        // A draft assessment is the authority's own paper.
        Assert.Equal(table == "assessment_drafts", await Count(table, Files.Kegoc) == 0);
        Assert.True(await Count(table, "*") > 0);
    }

    private async Task Fill()
    {
        await registry.MoveClock("2026-04-05T06:00:00Z");
        if (await Count("metering_points", "*") > 0) return;
        await registry.Draft();
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-1", change: p => p["meterState"] = "Absent"))).Demand(201);
        var purchase = new { meteringPoint = "MP-1", month = "2026-01", kwh = 1, costKzt = 1, source = "s", reference = "r" };
        var recorded = (await registry.Post("grid-1", "/v1/electricity-purchases", purchase)).Demand(201);
        (await registry.Post("grid-1", $"/v1/electricity-purchases/{recorded["id"].GetString()}/withdraw", new { reason = "r" })).Demand(200);
        (await registry.Post("grid-1", "/v1/electricity-purchases", purchase with { reference = "r-2" })).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-2"))).Demand(201);
        var known = new { kind = "Gap", startAt = "2026-01-01T00:00:00Z", endAt = "2026-01-02T00:00:00Z", reason = "r" };
        (await registry.Post("inspector-1", "/v1/metering-points/MP-2/findings/acknowledge", known)).Demand(201);
        await registry.Run("2026-Q1");
    }

    private async Task<long> Count(string table, string? scope)
    {
        await using var connection = new NpgsqlConnection(registry.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            $"{(scope is null ? "" : $"SET LOCAL registry.row_scope = '{scope}'; ")}SELECT count(*) FROM {table}", connection, transaction);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
