using System.Text.Json.Nodes;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>The check of answers finds what is wrong with them.</summary>
public sealed class SchemaCheckTests
{
    private const string Document = """
        { "components": { "schemas": {
            "Pool": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "minLength": 2, "pattern": "^[A-Z]" },
                "since": { "type": ["string", "null"], "format": "date" },
                "kind": { "enum": ["Open", "Closed"] },
                "shares": { "type": "array", "maxItems": 2, "items": { "type": "number", "minimum": 0, "exclusiveMaximum": 1 } },
                "owner": { "oneOf": [{ "$ref": "#/components/schemas/Owner" }, { "type": "null" }] } } },
            "Owner": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string", "format": "uuid" } } } } } }
        """;

    private static readonly JsonNode Pool = JsonNode.Parse("""{ "$ref": "#/components/schemas/Pool" }""")!;

    [Theory]
    [InlineData("""{ "name": "First" }""")]
    [InlineData("""{ "name": "First", "since": null, "kind": "Open", "shares": [0, 0.5], "owner": null }""")]
    [InlineData("""{ "name": "First", "since": "2026-01-31", "owner": { "id": "019f1c43-4fb2-741b-841d-1dbf8f449d41" } }""")]
    public void What_is_right_has_no_faults(string answer) => Assert.Empty(Check(answer));

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{ }""")]
    [InlineData("""{ "name": null }""")]
    [InlineData("""{ "name": "F" }""")]
    [InlineData("""{ "name": "first" }""")]
    [InlineData("""{ "name": "First", "color": "red" }""")]
    [InlineData("""{ "name": "First", "since": "2026-02-30" }""")]
    [InlineData("""{ "name": "First", "kind": "open" }""")]
    [InlineData("""{ "name": "First", "shares": [0, 0, 0] }""")]
    [InlineData("""{ "name": "First", "shares": [-1] }""")]
    [InlineData("""{ "name": "First", "shares": [1] }""")]
    [InlineData("""{ "name": "First", "owner": { "id": "7" } }""")]
    [InlineData("""{ "name": "First", "owner": { "id": "019f1c43-4fb2-741b-841d-1dbf8f449d41", "color": "red" } }""")]
    public void What_is_wrong_has_one(string answer) => Assert.NotEmpty(Check(answer));

    [Fact]
    public void A_keyword_that_is_not_known_is_not_passed_over() =>
        Assert.Throws<NotSupportedException>(() => new SchemaCheck(JsonNode.Parse(Document)!)
            .Faults(JsonNode.Parse("""{ "multipleOf": 2 }""")!, 3));

    private static List<string> Check(string answer) => new SchemaCheck(JsonNode.Parse(Document)!).Faults(Pool, JsonNode.Parse(answer));
}
