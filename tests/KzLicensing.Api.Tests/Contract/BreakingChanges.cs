using System.Text.Json.Nodes;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>What in a new contract breaks a client that was written against an old one: less is taken, or less is answered.</summary>
internal sealed class BreakingChanges(JsonNode old, JsonNode current)
{
    private readonly HashSet<string> found = [];
    private readonly HashSet<(string, string, bool)> compared = [];

    /// <summary>One line for each, the same at every run: <c>Pool as it is answered:/name is gone</c>.</summary>
    public static IReadOnlyCollection<string> Between(JsonNode old, JsonNode current)
    {
        var changes = new BreakingChanges(old, current);
        foreach (var (path, operations) in old["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
                changes.CompareOperation(operation!["operationId"]!.GetValue<string>(), operation, current["paths"]?[path]?[method]);
        }

        return changes.found;
    }

    private void CompareOperation(string name, JsonNode was, JsonNode? isNow)
    {
        if (isNow is null)
        {
            found.Add($"{name} is gone");
            return;
        }

        if (isNow["operationId"]?.GetValue<string>() != name) found.Add($"{name} is called {isNow["operationId"]}");
        CompareParameters(name, Parameters(was), Parameters(isNow));
        if (was["requestBody"] is null && isNow["requestBody"] is not null) found.Add($"{name}: a body is needed");
        foreach (var (type, media) in Contents(was["requestBody"]))
        {
            if (Contents(isNow["requestBody"]).FirstOrDefault(c => c.Key == type).Value is { } taken)
                Compare($"{name}: body", media!["schema"], taken["schema"], sent: true);
            else
                found.Add($"{name}: body {type} is not taken");
        }

        foreach (var (status, answer) in was["responses"]!.AsObject().Where(r => r.Key[0] is '2' or '3'))
        {
            if (isNow["responses"]![status] is not { } answered) found.Add($"{name}: answer {status} is gone");
            else foreach (var (type, media) in Contents(answer)) CompareAnswer($"{name}: answer {status}", type, media!, answered);
        }
    }

    private void CompareAnswer(string where, string type, JsonNode media, JsonNode answered)
    {
        if (Contents(answered).FirstOrDefault(c => c.Key == type).Value is { } now)
            Compare(where, media["schema"], now["schema"], sent: false);
        else found.Add($"{where} {type} is gone");
    }

    private void CompareParameters(string name, Dictionary<string, JsonNode> was, Dictionary<string, JsonNode> isNow)
    {
        foreach (var (parameter, before) in was)
        {
            if (isNow.GetValueOrDefault(parameter) is { } after)
                Compare($"{name}: {parameter}", before["schema"], after["schema"], sent: true);
            else found.Add($"{name}: {parameter} is gone");
        }

        foreach (var (parameter, after) in isNow)
        {
            if (IsTrue(after["required"]) && !IsTrue(was.GetValueOrDefault(parameter)?["required"]))
                found.Add($"{name}: {parameter} is needed");
        }
    }

    private void Compare(string where, JsonNode? before, JsonNode? after, bool sent)
    {
        var names = (Reference(before), Reference(after));
        if (names is ({ } was, { } isNow) && !compared.Add((was, isNow, sent))) return;
        // What many operations share is told once.
        if (names.Item1 is { } shared) where = $"{shared.Split('/')[^1]} as it is {(sent ? "sent" : "answered")}:";
        (before, after) = (Resolved(before, old), Resolved(after, current));
        if (before is null || after is null) return;
        CompareTypes(where, before, after, sent);
        CompareWords(where, before, after, sent);
        CompareBounds(where, before, after, sent);
        CompareMembers(where, before, after, sent);
        if (before["items"] is { } items && after["items"] is { } itemsNow) Compare($"{where}/*", items, itemsNow, sent);
    }

    private void CompareMembers(string where, JsonNode before, JsonNode after, bool sent)
    {
        var (was, isNow) = (before["properties"]?.AsObject() ?? [], after["properties"]?.AsObject() ?? []);
        var (needed, neededNow) = (Texts(before["required"]), Texts(after["required"]));
        foreach (var (member, schema) in was)
        {
            if (isNow[member] is { } now) Compare($"{where}/{member}", schema, now, sent);
            else if (isNow.Count > 0) found.Add($"{where}/{member} is gone");
        }

        if (sent) found.UnionWith(neededNow.Except(needed).Select(m => $"{where}/{m} is needed"));
        else found.UnionWith(needed.Where(isNow.ContainsKey).Except(neededNow).Select(m => $"{where}/{m} may be missing"));
    }

    private void CompareTypes(string where, JsonNode before, JsonNode after, bool sent)
    {
        var (was, isNow) = (Texts(before["type"]), Texts(after["type"]));
        if (was.Count == 0 || isNow.Count == 0) return;
        // An integer is a number.
        if (isNow.Contains("number")) isNow.Add("integer");
        if (sent && !isNow.IsSupersetOf(was)) found.Add($"{where} takes no {string.Join(", ", was.Except(isNow))}");
        if (!sent && !was.IsSupersetOf(Texts(after["type"])))
            found.Add($"{where} may be {string.Join(", ", Texts(after["type"]).Except(was))}");
    }

    /// <summary>A word more in an answer is no break: clients are told to expect it. A word less in what is sent is one.</summary>
    private void CompareWords(string where, JsonNode before, JsonNode after, bool sent)
    {
        var (was, isNow) = (Texts(before["enum"]), Texts(after["enum"]));
        if (sent && isNow.Count > 0 && !isNow.IsSupersetOf(was)) found.Add($"{where} takes no {string.Join(", ", was.Except(isNow))}");
        if (sent && was.Count == 0 && isNow.Count > 0) found.Add($"{where} takes only some words");
    }

    private void CompareBounds(string where, JsonNode before, JsonNode after, bool sent)
    {
        if (!sent) return;
        foreach (var bound in new[] { "maxLength", "maxItems", "maximum" })
            if (Number(after[bound]) is { } now && !(Number(before[bound]) <= now)) found.Add($"{where} has a lower {bound}");
        foreach (var bound in new[] { "minLength", "minItems", "minimum" })
            if (Number(after[bound]) is { } now && !(Number(before[bound]) >= now)) found.Add($"{where} has a higher {bound}");
        if (after["pattern"] is { } pattern && pattern.ToString() != before["pattern"]?.ToString())
            found.Add($"{where} has another pattern");
    }

    private static Dictionary<string, JsonNode> Parameters(JsonNode operation) =>
        (operation["parameters"]?.AsArray() ?? []).ToDictionary(p => $"{p!["in"]} {p["name"]}", p => p!);

    private static JsonObject Contents(JsonNode? holder) => holder?["content"]?.AsObject() ?? [];

    private static string? Reference(JsonNode? schema) =>
        (schema?["$ref"] ?? schema?["allOf"]?[0]?["$ref"] ?? Some(schema)?["$ref"])?.GetValue<string>();

    /// <summary>What stands for a value that may be null.</summary>
    private static JsonNode? Some(JsonNode? schema) =>
        schema?["oneOf"]?.AsArray() is [{ } some, { } nothing] && nothing["type"]?.ToString() == "null" ? some : null;

    private static JsonNode? Resolved(JsonNode? schema, JsonNode document) =>
        Reference(schema) is { } reference ? document["components"]!["schemas"]![reference.Split('/')[^1]] : schema;

    private static bool IsTrue(JsonNode? node) => node?.GetValue<bool>() is true;

    private static decimal? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<decimal>(out var number) ? number : null;

    private static HashSet<string> Texts(JsonNode? node) => node switch
    {
        null => [],
        JsonArray several => [.. several.Select(n => $"{n}")],
        _ => [node.ToString()],
    };
}
