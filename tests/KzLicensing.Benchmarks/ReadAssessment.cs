using System.Text;
using System.Text.Json;

namespace KzLicensing.Benchmarks;

/// <summary>R1: an assessment by id from the database, authenticated with RS256, against one prepared row.</summary>
internal static class ReadAssessment
{
    public static async Task Run(Arena arena, int rounds)
    {
        var id = await Issue(arena);
        var stored =
            await arena.Sql<string>($"SELECT doc FROM assessment_revisions WHERE assessment_id = '{id}' ORDER BY revision DESC LIMIT 1");
        var served = await arena.Send("tax-1", HttpMethod.Get, $"/v1/assessments/{id}");
        if (served.GetRawText() != stored) throw new InvalidDataException("The served document is not the stored one.");

        var request = Encoding.ASCII.GetBytes(
            $"GET /v1/assessments/{id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {await arena.Token("tax-1")}\r\n\r\n");
        var sql = $"SELECT doc, revision FROM assessment_revisions WHERE assessment_id = '{id}' ORDER BY revision DESC LIMIT 1;";
        await Duel.Run("R1 read an assessment (goal rc 0.46, p99 5 ms)", rounds, () => Pgbench.Run(arena, sql),
            () => Ours.Run(arena, _ => request, "HTTP/1.1 200"));
    }

    private static async Task<string> Issue(Arena arena)
    {
        await arena.Send("tax-1", HttpMethod.Put, "/sandbox/clock", new { now = "2026-10-10T00:00:00Z" });
        var run = await arena.Send("tax-1", HttpMethod.Post, "/v1/assessment-runs", new { period = "2026-Q1", instrument = "MiningFee" });
        JsonElement state;
        do
        {
            await Task.Delay(100);
            state = await arena.Send("tax-1", HttpMethod.Get, $"/v1/assessment-runs/{run.GetProperty("id").GetString()}");
        }
        while (state.GetProperty("status").GetString() != "Completed");

        var drafts = await arena.Send("tax-1", HttpMethod.Get, "/v1/assessments?status=Draft&limit=1");
        var id = drafts.GetProperty("items")[0].GetProperty("id").GetString()!;
        await arena.Send("tax-2", HttpMethod.Post, $"/v1/assessments/{id}/issue", ifMatch: "\"1\"");
        return id;
    }
}
