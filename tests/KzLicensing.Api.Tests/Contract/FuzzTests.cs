using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>
/// Every operation with its example spoiled in every place: the answer is one that the document tells of, and a refusal leaves nothing
/// behind.
/// </summary>
public sealed class FuzzTests(Registry registry) : IClassFixture<Registry>
{
    private const int Mutants = 40, Questions = 25;

    private static readonly string[] Odd =
        ["", " ", "0", "-1", "12", "1e28", "null", "true", "%", "_", "\\", "'", "😀", "\0", "<b>", "Қ", "2026-02-29", "9999-12-31",
            "0001-01-01", "2026-Q1", new('x', 3_000)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_is_sent_is_answered_as_documented_and_a_refusal_changes_nothing(int seed)
    {
        var random = new Random(seed);
        var places = await Fill();
        foreach (var operation in await Operation.All(registry))
        {
            foreach (var (path, body, type) in Requests(operation, places, random))
            {
                var persona = Operation.Personas.Where(operation.Allows).ElementAtOrDefault(random.Next(2))
                    ?? Operation.Personas.First(operation.Allows);
                var before = await Written();
                var answer = await registry.Send(persona, new HttpMethod(operation.Method), path, body,
                    Any(random, null, "\"1\"", "\"4\"", "*", "x"), contentType: type);
                var sent = $"{operation.Method} {path} as {persona}: {body}\n{(int)answer.Status} {answer.Text}";
                Assert.True((int)answer.Status < 500, sent);
                Assert.True(operation.Undocumented(answer) is not { } wrong, $"Not documented: {operation.Undocumented(answer)}\n{sent}");
                if ((int)answer.Status >= 400) Assert.True(before == await Written(), $"Left something behind: {sent}");
            }
        }
    }

    /// <summary>By people: runs that were asked for go on by themselves.</summary>
    private Task<long> Written() => registry.Sql<long>("SELECT count(*) FROM journal_entries WHERE actor <> 'registry'");

    /// <summary>What the places in the paths may really hold.</summary>
    private async Task<Dictionary<string, string[]>> Fill()
    {
        var address = $"Temirtau {Guid.NewGuid()}";
        var license = await registry.Licensed($"{DateTime.UtcNow.AddHours(5):yyyy-MM-dd}", Files.Application(mw: 0.5m, address: address));
        var application = await registry.Draft(Files.Application(address: address + " 2"));
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("FUZZ-1", license: license));
        return new()
        {
            ["id"] = [application, $"{Guid.Empty}", "none"],
            ["number"] = [license, "none"],
            ["code"] = ["FUZZ-1", "none"],
            ["documentId"] = [$"{Guid.Empty}"],
            ["key"] = ["none"],
            ["table"] = ["regions", "none"],
        };
    }

    private static IEnumerable<(string Path, string? Body, string Type)> Requests(Operation operation, Dictionary<string, string[]> places,
        Random random)
    {
        var bodies = operation.Bodies;
        if (bodies is null)
        {
            for (var i = 0; i < Questions; i++) yield return (Path(operation, places, random), null, "application/json");
            yield break;
        }

        foreach (var (type, media) in bodies)
        {
            var example = media!["example"]!;
            for (var i = 0; i < Mutants; i++)
            {
                var body = example is JsonValue ? Spoiled(example.GetValue<string>(), random) : Spoiled(example, random).ToJsonString();
                yield return (Path(operation, places, random), body, type == "multipart/form-data"
                    ? "multipart/form-data; boundary=b"
                    : type);
            }
        }
    }

    private static string Path(Operation operation, Dictionary<string, string[]> places, Random random)
    {
        var path = operation.Path;
        foreach (var (place, values) in places)
        {
            var value = random.Next(8) == 0 ? Any(random, Odd[4..12]) : values[random.Next(values.Length)];
            path = path.Replace($"{{{place}}}", Uri.EscapeDataString(value!), StringComparison.Ordinal);
        }

        var query = (operation.Body["parameters"]?.AsArray() ?? [])
            .Where(p => p!["in"]!.GetValue<string>() == "query" && random.Next(3) == 0);
        return path + "?" + string.Join('&',
            query.Select(p => $"{p!["name"]}={Uri.EscapeDataString(Any(random, [.. Odd, "2026-01-01", "2026-03-31", "35", "FUZZ-1"])!)}"));
    }

    /// <summary>One place of the example holds something else, is missing, or has a neighbor that nobody expects.</summary>
    private static JsonNode Spoiled(JsonNode example, Random random)
    {
        var whole = new JsonObject { ["body"] = example.DeepClone() };
        var (parent, name) = (whole, "body");
        while (parent[name] is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && random.Next(5) > 0)
        {
            if (parent[name] is JsonArray list)
            {
                if (list[0] is not JsonObject first) break;
                parent[name] = list = [first.DeepClone()];
                parent = list[0]!.AsObject();
            }
            else
            {
                parent = parent[name]!.AsObject();
            }

            name = parent.ElementAt(random.Next(parent.Count)).Key;
        }

        switch (random.Next(4))
        {
            case 0 when parent != whole:
                parent.Remove(name);
                break;
            case 1 when parent != whole:
                parent["unexpected"] = 1;
                break;
            case 2:
                parent[name] = Any(random, Odd);
                break;
            default:
                parent[name] = JsonNode.Parse(Any(random, "null", "0", "-1", "0.0005", "1e28", "123456789012345678901234567890", "true",
                    "[]", "{}", "[[]]", "[null]")!);
                break;
        }

        return whole["body"]?.DeepClone() ?? new JsonObject();
    }

    private static string Spoiled(string text, Random random)
    {
        var at = random.Next(text.Length);
        return random.Next(3) switch
        {
            0 => text[..at],
            1 => text.Insert(at, Any(random, Odd)!),
            _ => text.Remove(at, 1),
        };
    }

    private static string? Any(Random random, params string?[] values) => values[random.Next(values.Length)];
}
