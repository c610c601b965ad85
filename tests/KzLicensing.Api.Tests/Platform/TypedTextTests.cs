using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Contract;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

/// <summary>Text enters in one spelling, whichever body it is in.</summary>
public sealed class TypedTextTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Applicant = "applicant-" + Files.Kegoc;

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Names_and_addresses_are_kept_composed_and_with_single_blanks()
    {
        var id = await registry.Draft(Files.Application(address: " Абай\u00A0 данг\u0306ылы \u3000 1\u2003",
            change: b => b["applicantName"] = "ТОО  «Маи\u0306нинг»\u00A0"));
        var kept = (await registry.Get(Applicant, $"/v1/permit-applications/{id}")).Demand(200);
        Assert.Equal("ТОО «Майнинг»", kept["applicantName"].GetString());
        Assert.Equal("Абай данг\u0306ылы 1", kept["site"].GetProperty("address").GetString());
    }

    [Fact]
    public async Task A_name_of_blanks_is_no_name() =>
        Assert.Equal([("/applicantName", "not-empty")], (await Create(b => b["applicantName"] = "\u00A0\u3000 "))
            .DemandProblem(400, "invalid-input").Problems);

    [Fact]
    public async Task Reasons_keep_their_paragraphs()
    {
        var id = await registry.Recommended(Files.Application(address: "Paragraphs"), outcome: "Refuse");
        const string reasons = "One.  Two.\r\n\r\nThree.\u00A0";
        (await registry.Post("approver-1", $"/v1/permit-applications/{id}/refuse",
            new { grounds = new[] { "requirements-not-met" }, reasons }, "\"4\"")).Demand(200);
        Assert.Equal(1, await registry.Sql<long>(
            $"SELECT count(*) FROM application_decisions WHERE application_id = '{id}' AND reasons = E'One. Two.\\n\\nThree.'"));
    }

    /// <summary>
    /// From the document: a body that comes tomorrow is tried, too. What is no free text refuses for a reason of its own.
    /// </summary>
    [Fact]
    public async Task No_text_of_any_body_may_hold_what_nobody_sees()
    {
        var before = await registry.Written();
        var hidden = new List<string>();
        foreach (var operation in await Operation.All(registry))
        {
            if (operation.Bodies?["application/json"]?["example"] is not { } example) continue;
            var persona = Operation.Personas.First(operation.Allows);
            var path = operation.Path.Replace("{id}", $"{Guid.Empty}", StringComparison.Ordinal);
            foreach (var (place, body) in Spoiled(example))
            {
                var problems = (await registry.Send(persona, new HttpMethod(operation.Method), path, body))
                    .DemandProblem(400, "invalid-input").Problems;
                Assert.True(problems.Any(p => p.Pointer == place), $"{operation} {place} was let in: {body}");
                if (problems.Contains((place, "invisible-character"))) hidden.Add($"{operation} {place}");
            }
        }

        Assert.InRange(hidden.Count, 35, 200);
        Assert.All(["applicantName", "site/address", "hardware/0/model", "units/0/maker", "address", "name", "reasons", "reference"],
            member => Assert.Contains(hidden, h => h.EndsWith($"/{member}", StringComparison.Ordinal)));
        Assert.Equal(before, await registry.Written());
    }

    /// <summary>The example once for each text in it, with a zero-width space inside that text.</summary>
    private static IEnumerable<(string Place, string Body)> Spoiled(JsonNode example)
    {
        foreach (var place in Texts(example, "").ToList())
        {
            var body = example.DeepClone();
            var parts = place.Split('/')[1..];
            var parent = parts[..^1].Aggregate(body, (node, part) => node is JsonArray list
                ? list[int.Parse(part, CultureInfo.InvariantCulture)]! : node[part]!);
            if (parent is JsonArray items) items[int.Parse(parts[^1], CultureInfo.InvariantCulture)] = Hidden(items[0]!);
            else parent[parts[^1]] = Hidden(parent[parts[^1]]!);
            yield return (place, body.ToJsonString());
        }
    }

    private static string Hidden(JsonNode text) => text.GetValue<string>().Insert(1, "\u200B");

    private static IEnumerable<string> Texts(JsonNode? node, string at) => node switch
    {
        JsonObject members => members.SelectMany(m => Texts(m.Value, $"{at}/{m.Key}")),
        JsonArray items => items.Take(1).SelectMany(i => Texts(i, $"{at}/0")),
        JsonValue value when value.GetValueKind() is JsonValueKind.String => [at],
        _ => [],
    };

    private Task<Answer> Create(Action<JsonObject> change) =>
        registry.Post(Applicant, "/v1/permit-applications", Files.Application(change: change));
}
