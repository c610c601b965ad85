using KzLicensing.Api.Tests.Contract;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>Where the rows of one miner are found: there is one in every table that has owners.</summary>
internal sealed record OwnedRows(string License, string Application, string Document, string Purchase, string Assessment)
{
    public const string Owner = "applicant-" + Files.Kegoc, Point = "MP-00001", Key = "own";

    /// <summary>What nobody else may read.</summary>
    public IEnumerable<string> Secrets => [Files.Kegoc, Point, License, Application, Document, Purchase, Assessment];

    /// <summary>The operation's address with these rows in its places, and with the questions that it demands.</summary>
    public string PathOf(Operation operation) => operation.Path
        .Replace("{documentId}", Document, StringComparison.Ordinal)
        .Replace("{number}", License, StringComparison.Ordinal)
        .Replace("{code}", Point, StringComparison.Ordinal)
        .Replace("{key}", Key, StringComparison.Ordinal)
        .Replace("{table}", "regions", StringComparison.Ordinal)
        .Replace("{id}", IdIn(operation.Path), StringComparison.Ordinal)
        + "?" + string.Join('&', operation.Questions.Select(name => $"{name}={Asked(name)}"));

    private string IdIn(string path) => path.Split('/')[2] switch
    {
        "permit-applications" => Application,
        "electricity-purchases" => Purchase,
        "assessments" => Assessment,
        _ => $"{Guid.Empty}",
    };

    private static string Asked(string question) => question switch
    {
        "from" or "on" => "2026-01-05",
        "to" => "2026-02-05",
        "period" => "2026-Q1",
        "instrument" => "MiningFee",
        _ => throw new ArgumentException($"Nothing is known about the question '{question}'.", nameof(question)),
    };
}

/// <summary>Rows come to be by the same requests that users send.</summary>
internal static class OwnedRowsSteps
{
    /// <summary>One row in every table that has owners, and one correction that is still a draft.</summary>
    public static async Task<OwnedRows> OwnRows(this Registry registry)
    {
        await registry.MoveClock("2026-04-05T06:00:00Z");
        if (await registry.Sql<long>("SELECT count(*) FROM metering_points") == 0) await registry.FillTables();
        return new OwnedRows(
            await registry.Sql<string>("SELECT number FROM licenses"),
            await registry.Sql<string>("SELECT application_id::text FROM information_requests"),
            await registry.Sql<string>("SELECT id::text FROM application_documents"),
            await registry.Sql<string>("SELECT id::text FROM standing_purchases"),
            await registry.Sql<string>("SELECT id::text FROM assessments"));
    }

    private static async Task FillTables(this Registry registry)
    {
        await registry.FillLicensing();
        await registry.FillMetering();
        await registry.Run("2026-Q1");
        var draft = (await registry.Assessments($"bin={Files.Kegoc}")).Single().GetProperty("id").GetString();
        (await registry.Post("tax-2", $"/v1/assessments/{draft}/issue", ifMatch: "\"1\"")).Demand(200);
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-3", change: p => p["meterState"] = "Absent"))).Demand(201);
        await registry.Run("2026-Q1");
    }

    private static async Task FillLicensing(this Registry registry)
    {
        var license = await registry.Licensed("2026-04-05");
        var machine = new { maker = "Bitmain", model = "S21", serial = "SN-1", hashRateThs = 200.0, powerW = 3500 };
        (await registry.Post(OwnedRows.Owner, $"/v1/licenses/{license}/hardware", new { from = "2026-04-05", units = new[] { machine } },
            key: OwnedRows.Key))
            .Demand(200);

        var application = await registry.UnderReview(Files.Application(address: "Temirtau 2"));
        var question = new { items = new[] { new { pointer = "/site", question = "Where?" } }, respondBy = "2026-04-20" };
        (await registry.Post("officer-1", $"/v1/permit-applications/{application}/request-information", question)).Demand(200);
        (await registry.Send(
            OwnedRows.Owner, HttpMethod.Post, $"/v1/permit-applications/{application}/documents", Files.Form, contentType: Files.FormType))
                .Demand(201);
    }

    private static async Task FillMetering(this Registry registry)
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point(OwnedRows.Point, change: p => p["meterState"] = "Absent")))
            .Demand(201);
        var purchase = new { meteringPoint = OwnedRows.Point, month = "2026-01", kwh = 1, costKzt = 1, source = "s", reference = "r" };
        var recorded = (await registry.Post("grid-1", "/v1/electricity-purchases", purchase)).Demand(201);
        (await registry.Post("grid-1", $"/v1/electricity-purchases/{recorded["id"].GetString()}/withdraw", new { reason = "r" }))
            .Demand(200);
        (await registry.Post("grid-1", "/v1/electricity-purchases", purchase with { reference = "r-2" })).Demand(201);
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-2"))).Demand(201);
        var known = new { kind = "Gap", startAt = "2026-01-01T00:00:00Z", endAt = "2026-01-02T00:00:00Z", reason = "r" };
        (await registry.Post("inspector-1", "/v1/metering-points/MP-2/findings/acknowledge", known)).Demand(201);
    }
}
