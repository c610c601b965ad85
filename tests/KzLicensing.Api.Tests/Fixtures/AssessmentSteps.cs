using System.Text.Json;

namespace KzLicensing.Api.Tests.Fixtures;

internal static class AssessmentSteps
{
    /// <summary>Waits for a run as a client does: by asking.</summary>
    public static async Task<Answer> RunEnds(this Registry registry, string id)
    {
        for (var patience = 0; patience < 200; patience++)
        {
            var run = (await registry.Get("tax-1", $"/v1/assessment-runs/{id}")).Demand(200);
            if (run["status"].GetString() is "Completed" or "Failed") return run.Demand(200);
            await Task.Delay(50);
        }

        throw new TimeoutException($"The run {id} did not end.");
    }

    public static async Task<Answer> Run(this Registry registry, string period, string by = "tax-1")
    {
        var run = (await registry.Post(by, "/v1/assessment-runs", new { period, instrument = "MiningFee" })).Demand(202);
        return await registry.RunEnds(run["id"].GetString()!);
    }

    public static async Task<List<JsonElement>> Assessments(this Registry registry, string filter) =>
        [.. (await registry.Get("tax-1", $"/v1/assessments?{filter}")).Demand(200)["items"].EnumerateArray()];
}
