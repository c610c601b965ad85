using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Database;

/// <summary>The net below the predicates: with the application's role, SQL that forgets whose rows it may see sees none.</summary>
public sealed class RowIsolationTests(Registry registry) : IClassFixture<Registry>
{
    private const string Owner = "applicant-" + Files.Kegoc;

    private static readonly string[] OwnedTables =
    [
        "application_documents", "assessment_drafts", "assessment_revisions", "assessments", "document_contents", "electricity_purchase_withdrawals",
        "electricity_purchases", "finding_acknowledgements", "hardware_units", "information_requests", "metering_point_facts", "metering_points",
        "permit_applications",
    ];

    public static TheoryData<string> Owned => [.. OwnedTables, "standing_purchases"];

    [Theory]
    [MemberData(nameof(Owned))]
    public async Task Rows_are_seen_by_their_owner_and_by_staff_only(string table)
    {
        await Fill();
        Assert.Equal(0, await Count(table, scope: null));
        Assert.Equal(0, await Count(table, Files.Kaspi));
        // A draft assessment is the authority's own paper.
        Assert.Equal(table == "assessment_drafts", await Count(table, Files.Kegoc) == 0);
        Assert.True(await Count(table, "*") > 0);
    }

    [Fact]
    public async Task Every_table_with_owners_is_tried() => Assert.Equal(
        OwnedTables,
        await registry.Sql<string[]>("SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')"));

    private async Task Fill()
    {
        await registry.MoveClock("2026-04-05T06:00:00Z");
        if (await Count("metering_points", "*") > 0) return;
        await FillLicensing();
        await FillMetering();
        await registry.Run("2026-Q1");
        var draft = (await registry.Assessments($"bin={Files.Kegoc}")).Single().GetProperty("id").GetString();
        (await registry.Post("tax-1", $"/v1/assessments/{draft}/issue", ifMatch: "\"1\"")).Demand(200);
        // And a correction that is still a draft.
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-3", change: p => p["meterState"] = "Absent"))).Demand(201);
        await registry.Run("2026-Q1");
    }

    private async Task FillLicensing()
    {
        var license = await registry.Licensed("2026-04-05");
        var machine = new { maker = "Bitmain", model = "S21", serial = "SN-1", hashRateThs = 200.0, powerW = 3500 };
        (await registry.Post(Owner, $"/v1/licenses/{license}/hardware", new { from = "2026-04-05", units = new[] { machine } })).Demand(200);

        var application = await registry.UnderReview(Files.Application(address: "Temirtau 2"));
        var question = new { items = new[] { new { pointer = "/site", question = "Where?" } }, respondBy = "2026-04-20" };
        (await registry.Post("officer-1", $"/v1/permit-applications/{application}/request-information", question)).Demand(200);
        const string document = "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nOther\r\n" +
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.pdf\"\r\n\r\n%PDF-1.7\n\r\n--b--\r\n";
        (await registry.Send(
            Owner, HttpMethod.Post, $"/v1/permit-applications/{application}/documents", document, contentType: "multipart/form-data; boundary=b")).Demand(201);
    }

    private async Task FillMetering()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-1", change: p => p["meterState"] = "Absent"))).Demand(201);
        var purchase = new { meteringPoint = "MP-1", month = "2026-01", kwh = 1, costKzt = 1, source = "s", reference = "r" };
        var recorded = (await registry.Post("grid-1", "/v1/electricity-purchases", purchase)).Demand(201);
        (await registry.Post("grid-1", $"/v1/electricity-purchases/{recorded["id"].GetString()}/withdraw", new { reason = "r" })).Demand(200);
        (await registry.Post("grid-1", "/v1/electricity-purchases", purchase with { reference = "r-2" })).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-2"))).Demand(201);
        var known = new { kind = "Gap", startAt = "2026-01-01T00:00:00Z", endAt = "2026-01-02T00:00:00Z", reason = "r" };
        (await registry.Post("inspector-1", "/v1/metering-points/MP-2/findings/acknowledge", known)).Demand(201);
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
