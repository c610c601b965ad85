using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>
/// What the document says of an answer is what was answered: every operation is called until it succeeds, and shows what came.
/// </summary>
public sealed class AnswerExampleTests(RecordedRegistry registry) : IClassFixture<RecordedRegistry>
{
    /// <summary>How much of a list an example shows.</summary>
    private const int Items = 2;

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Every_operation_succeeds_here_once_in_each_of_its_forms()
    {
        var succeeded = (await registry.Answers()).Where(a => a.Answer.Status < 300).Select(a => $"{a.Operation} {a.Answer.ContentType}")
            .ToHashSet();
        var told = (await Operation.OfDocument(registry)).SelectMany(o => o.Forms.Where(f => !IsForEyes(f)).Select(f => $"{o} {f}"));
        Assert.Empty(told.Except(succeeded));
    }

    [Fact]
    public async Task Every_answer_is_as_its_schema_says()
    {
        var check = new SchemaCheck(await Document());
        var answers = (await registry.Answers()).Where(a => a.Answer.ContentType is "application/json" or "application/problem+json")
            .ToList();
        var faults = answers.SelectMany(a => check.Faults(SchemaOf(a.Operation, a.Answer), JsonNode.Parse(a.Answer.Text))
            .Select(f => $"{a.Operation} {a.Answer.Status} {f}"));
        Assert.Empty(faults.Distinct());
        Assert.True(answers.Count > 120, $"Only {answers.Count} answers were looked at.");
    }

    [Fact]
    public async Task Every_header_of_an_answer_is_described_beside_those_of_HTTP_itself()
    {
        string[] common =
        [
            "Cache-Control", "Connection", "Content-Language", "Content-Length", "Content-Type", "Date", "Expires", "Pragma",
            "Transfer-Encoding", "Vary",
            "X-Content-Type-Options",
        ];
        var answers = await registry.Answers();
        var told = answers.SelectMany(a => a.Answer.Headers.Except(common)
            .Select(h => (Header: h, Is: a.Operation.Body["responses"]![$"{a.Answer.Status}"], a.Answer)));
        Assert.Empty(told.Where(t => t.Is?["headers"]?[t.Header] is null).Select(t => $"{t.Header} of {t.Answer}").Distinct());
        Assert.Superset(new HashSet<string> { "ETag", "Location", "Idempotency-Replayed" }, told.Select(t => t.Header).ToHashSet());
        Assert.Contains(answers, a => a.Answer.Status == 304);
    }

    [Fact]
    public async Task Every_operation_shows_an_answer_that_was_given_and_that_its_schema_allows()
    {
        var check = new SchemaCheck(await Document());
        var missing = new List<string>();
        foreach (var form in (await registry.Answers()).Where(a => a.Answer.Status < 300 && IsShown(a.Answer.ContentType))
            .GroupBy(a => FileOf(a.Operation, a.Answer)))
        {
            var (operation, answer) = form.MaxBy(a => a.Answer.Text.Length);
            var schema = SchemaOf(operation, answer);
            if (Faults(form.Key) is not { Count: > 0 } faults) continue;
            if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
                File.WriteAllText(Place(form.Key), Shown(answer).ToJsonString(Readable) + "\n");
            missing.AddRange(Faults(form.Key));

            List<string> Faults(string file) =>
                File.Exists(Place(file)) ? [.. check.Faults(schema, JsonNode.Parse(File.ReadAllText(Place(file))))
                    .Select(f => $"{file}: {f}")] : [$"{file} is missing."];
        }

        Assert.True(missing.Count == 0, "Run UPDATE_SNAPSHOTS=1 dotnet test, then read the diff.\n" + string.Join('\n', missing));
    }

    [Fact]
    public async Task Every_example_of_an_answer_belongs_to_an_operation()
    {
        var known = (await registry.Answers()).Where(a => a.Answer.Status < 300 && IsShown(a.Answer.ContentType))
            .Select(a => FileOf(a.Operation, a.Answer)).ToHashSet();
        Assert.Empty(Directory.EnumerateFiles(Place("")).Select(f => Path.GetFileName(f)).Except(known));
    }

    private async Task<JsonNode> Document() => JsonNode.Parse((await registry.Get(null, "/openapi/v1.json")).Demand(200).Text)!;

    private static JsonNode SchemaOf(Operation operation, RecordedRegistry.Heard answer) =>
        operation.Body["responses"]![$"{answer.Status}"]?["content"]?[answer.ContentType!]?["schema"]
        ?? throw new InvalidOperationException($"The document does not tell of {answer}");

    /// <summary><c>listPools.200.json</c> for JSON, <c>listPools.200.csv.json</c> for another form as text.</summary>
    private static string FileOf(Operation operation, RecordedRegistry.Heard answer) =>
        $"{operation.Body["operationId"]}.{answer.Status}{(answer.ContentType == "application/json" ? "" : "." + answer.ContentType!.Split('/')[1])}.json";

    private static string Place(string file) => Path.Combine(Repository.Root, "openapi/examples/answers", file);

    private static bool IsShown(string? contentType) => contentType is not null && !IsForEyes(contentType);

    /// <summary>What no reader of a contract reads.</summary>
    private static bool IsForEyes(string form) =>
        form == "text/html" || form.StartsWith("image/", StringComparison.Ordinal) || form == "application/pdf";

    private static JsonNode Shown(RecordedRegistry.Heard answer) =>
        answer.ContentType switch
        {
            "application/json" => Shortened(JsonNode.Parse(answer.Text)!),
            "text/csv" => JsonValue.Create(string.Concat(answer.Text.Split('\n').Take(1 + Items).Select(line => line + "\n"))),
            "application/x-ndjson" => JsonValue.Create(string.Concat(answer.Text.Split('\n').Take(Items).Select(line => line + "\n"))),
            _ => JsonValue.Create(answer.Text),
        };

    private static JsonNode Shortened(JsonNode value)
    {
        if (value is JsonArray list)
            while (list.Count > Items) list.RemoveAt(Items);
        foreach (var held in value is JsonObject members ? members.Select(m => m.Value) : value is JsonArray rest ? rest : [])
            if (held is not null) Shortened(held);
        return value;
    }
}
