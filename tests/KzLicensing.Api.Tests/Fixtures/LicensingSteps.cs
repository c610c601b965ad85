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
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/recommend", new { outcome, reasons = "Complete.", grounds })).Demand(200);
        return id;
    }

    public static Task<Answer> Approve(this Registry registry, string id, string validFrom, string approver = "approver-1", string version = "\"4\"") =>
        registry.Post(approver, $"/v1/permit-applications/{id}/approve", new { validFrom, reasons = "Agreed." }, version);

    /// <returns>The license's number.</returns>
    public static async Task<string> Licensed(this Registry registry, string validFrom, JsonObject? body = null)
    {
        var approved = await registry.Approve(await registry.Recommended(body), validFrom);
        return approved.Demand(200)["license"].GetProperty("number").GetString()!;
    }
}
