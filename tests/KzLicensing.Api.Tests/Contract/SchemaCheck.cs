using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>
/// Holds JSON against a schema of the document: as much of JSON Schema 2020-12 as the document uses, and a keyword that is not known here
/// fails. Stricter than a client in one thing: a member that no schema names is a fault, for the document has to tell everything that is
/// answered.
/// </summary>
internal sealed class SchemaCheck(JsonNode document)
{
    /// <summary>What is said for readers, and what composition does.</summary>
    private static readonly HashSet<string> Silent =
        ["description", "default", "examples", "example", "readOnly", "writeOnly", "discriminator", "title", "unevaluatedProperties",
            "deprecated"];

    /// <summary>Everything wrong with a value, each with its JSON pointer.</summary>
    public List<string> Faults(JsonNode schema, JsonNode? value)
    {
        var faults = new List<string>();
        Check(schema, value, "", faults, named: true);
        return faults;
    }

    /// <param name="named">Whether this schema alone has to name all members.</param>
    private void Check(JsonNode schema, JsonNode? value, string at, List<string> faults, bool named)
    {
        foreach (var (keyword, rule) in schema.AsObject())
        {
            switch (keyword)
            {
                case "$ref":
                    Check(Target(rule!), value, at, faults, named: false);
                    break;
                case "allOf":
                    foreach (var part in rule!.AsArray()) Check(part!, value, at, faults, named: false);
                    break;
                case "oneOf":
                    if (rule!.AsArray().Count(s => Fits(s!, value)) is var fitting and not 1)
                        faults.Add($"{at} fits {fitting} of {rule.ToJsonString()}: {value?.ToJsonString()}");
                    break;
                case "anyOf":
                    if (!rule!.AsArray().Any(s => Fits(s!, value))) faults.Add($"{at} fits none of {rule.ToJsonString()}");
                    break;
                case "properties" or "additionalProperties":
                    break;
                case "items":
                    foreach (var (index, item) in (value as JsonArray ?? []).Index())
                        Check(rule!, item, $"{at}/{index}", faults, named: true);
                    break;
                default:
                    if (!Silent.Contains(keyword) && !keyword.StartsWith("x-", StringComparison.Ordinal) && !Holds(keyword, rule!, value))
                        faults.Add($"{at} is not of {keyword} {rule!.ToJsonString()}: {value?.ToJsonString() ?? "null"}");
                    break;
            }
        }

        if (value is not JsonObject members) return;
        foreach (var (name, member) in members)
        {
            if (schema["properties"]?[name] is { } own) Check(own, member, $"{at}/{name}", faults, named: true);
            else if (schema["additionalProperties"] is JsonObject other) Check(other, member, $"{at}/{name}", faults, named: true);
            else if (named && !Names(schema, name)) faults.Add($"{at}/{name} is named by no schema.");
        }
    }

    private bool Fits(JsonNode schema, JsonNode? value)
    {
        var faults = new List<string>();
        Check(schema, value, "", faults, named: true);
        return faults.Count == 0;
    }

    private bool Names(JsonNode schema, string member) =>
        schema["properties"]?[member] is not null || schema["additionalProperties"] is JsonObject || IsFree(schema)
        || (schema["$ref"] is { } reference && Names(Target(reference), member))
        || new[] { "allOf", "oneOf", "anyOf" }.Any(k => schema[k]?.AsArray().Any(s => Names(s!, member)) is true);

    /// <summary>A schema that says nothing of members takes any.</summary>
    private static bool IsFree(JsonNode schema) =>
        !new[] { "properties", "$ref", "allOf", "oneOf", "anyOf", "type" }.Any(schema.AsObject().ContainsKey);

    private JsonNode Target(JsonNode reference) =>
        reference.GetValue<string>().Split('/').Skip(1).Aggregate(document, (node, step) => node[step]!);

    private static bool Holds(string keyword, JsonNode rule, JsonNode? value) =>
        (keyword, value?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            ("type", var kind) =>
                (rule is JsonArray types ? types.Select(t => t!.GetValue<string>()) : [rule.GetValue<string>()]).Any(t => Is(t, kind, value)),
            ("enum", _) => rule.AsArray().Any(v => JsonNode.DeepEquals(v, value)) || (value is null && rule.AsArray().Contains(null)),
            ("const", _) => JsonNode.DeepEquals(rule, value),
            ("not", _) => rule.AsObject().Count > 0 || value is null,
            ("required", JsonValueKind.Object) => rule.AsArray().All(m => value!.AsObject().ContainsKey(m!.GetValue<string>())),
            ("pattern", JsonValueKind.String) => Regex.IsMatch(Text(value), rule.GetValue<string>()),
            ("minLength", JsonValueKind.String) => Text(value).Length >= rule.GetValue<int>(),
            ("maxLength", JsonValueKind.String) => Text(value).Length <= rule.GetValue<int>(),
            ("format", JsonValueKind.String) => IsOfFormat(rule.GetValue<string>(), Text(value)),
            ("format", JsonValueKind.Number) => rule.GetValue<string>() is "int32" or "int64" or "decimal",
            ("minimum", JsonValueKind.Number) => Number(value) >= Number(rule),
            ("maximum", JsonValueKind.Number) => Number(value) <= Number(rule),
            ("exclusiveMinimum", JsonValueKind.Number) => Number(value) > Number(rule),
            ("exclusiveMaximum", JsonValueKind.Number) => Number(value) < Number(rule),
            ("minItems", JsonValueKind.Array) => value!.AsArray().Count >= rule.GetValue<int>(),
            ("maxItems", JsonValueKind.Array) => value!.AsArray().Count <= rule.GetValue<int>(),
            ("uniqueItems", JsonValueKind.Array) => value!.AsArray().Select(i => i?.ToJsonString()).Distinct().Count() == value.AsArray().Count,
            ("required" or "pattern" or "minLength" or "maxLength" or "format" or "minimum" or "maximum" or "exclusiveMinimum"
                or "exclusiveMaximum"
                or "minItems" or "maxItems" or "uniqueItems", _) => true,
            _ => throw new NotSupportedException($"The keyword {keyword} is not known here."),
        };

    private static bool Is(string type, JsonValueKind kind, JsonNode? value) => type switch
    {
        "null" => kind is JsonValueKind.Null,
        "string" => kind is JsonValueKind.String,
        "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
        "integer" => kind is JsonValueKind.Number && decimal.IsInteger(Number(value)),
        "number" => kind is JsonValueKind.Number,
        "array" => kind is JsonValueKind.Array,
        "object" => kind is JsonValueKind.Object,
        _ => throw new NotSupportedException($"The type {type} is not known here."),
    };

    private static bool IsOfFormat(string format, string text) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "email" => text.Contains('@', StringComparison.Ordinal),
        "uri" => Uri.IsWellFormedUriString(text, UriKind.Absolute),
        "uri-reference" => Uri.IsWellFormedUriString(text, UriKind.RelativeOrAbsolute),
        "binary" => true,
        _ => throw new NotSupportedException($"The format {format} is not known here."),
    };

    private static string Text(JsonNode? value) => value!.GetValue<string>();

    /// <summary>The document writes bounds as numbers, or as the text of a number that no binary fraction is.</summary>
    private static decimal Number(JsonNode? value) => decimal.Parse(value!.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
