using System.Text.Json.Nodes;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>States are reached by the same requests that users send.</summary>
internal static class LicensingSteps
{
    public static async Task<string> Draft(this Registry registry, JsonObject? body = null)
    {
        body ??= Files.Application();
        var created = await registry.Post($"applicant-{body["applicantBin"]}", "/v1/permit-applications", body);
        return created.Demand(201)["id"].GetString()!;
    }

    public static async Task<string> Submitted(this Registry registry, JsonObject? body = null)
    {
        body ??= Files.Application();
        var id = await registry.Draft(body);
        (await registry.Post($"applicant-{body["applicantBin"]}", $"/v1/permit-applications/{id}/submit")).Demand(200);
        return id;
    }

    public static async Task<string> UnderReview(this Registry registry, JsonObject? body = null)
    {
        var id = await registry.Submitted(body);
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/start-review")).Demand(200);
        return id;
    }

    public static async Task<string> Recommended(this Registry registry, JsonObject? body = null, string outcome = "Approve")
    {
        var id = await registry.UnderReview(body);
        var grounds = outcome == "Refuse" ? new[] { "requirements-not-met" } : [];
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/recommend", new { outcome, reasons = "Complete.", grounds }))
            .Demand(200);
        return id;
    }

    /// <summary>An officer becomes known by the first file that is taken.</summary>
    public static async Task<string> Seen(this Registry registry, string officer)
    {
        var id = await registry.Submitted(Files.Application(address: $"First file of {officer} {Guid.NewGuid()}"));
        (await registry.Post(officer, $"/v1/permit-applications/{id}/assign", new { assignedTo = officer })).Demand(200);
        return officer;
    }

    public static Task<Answer> Approve(this Registry registry, string id, string validFrom, string approver = "approver-1",
        string version = "\"4\"") =>
        registry.Post(approver, $"/v1/permit-applications/{id}/approve", new { validFrom, reasons = "Agreed." }, version);

    /// <returns>The license's number.</returns>
    public static async Task<string> Licensed(this Registry registry, string validFrom, JsonObject? body = null)
    {
        var approved = await registry.Approve(await registry.Recommended(body), validFrom);
        return approved.Demand(200)["license"].GetProperty("number").GetString()!;
    }

    /// <summary>Terms are three years and the calendar knows six: the test lets a license end early.</summary>
    public static Task<int> EndOn(this Registry registry, string number, string day) => registry.Sql<int>($"""
        WITH license AS (UPDATE licenses SET valid_to = '{day}' WHERE number = '{number}' RETURNING number)
        INSERT INTO capacity_movements (license_number, region, host_license_number, kw, reason, counts_from, counts_until, at)
        SELECT m.license_number, m.region, m.host_license_number, -m.kw, 'Released', DATE '{day}' + 1, m.counts_until, now()
          FROM capacity_movements m JOIN license l ON l.number = m.license_number
        RETURNING 1
        """);
}
