using System.Buffers;
using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A column of a spreadsheet: a member of the items, or with a dot a member of their member, such as <c>site.region</c>.</summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Get">Its value in an item; null where what holds it is null.</param>
internal sealed record Column(string Name, Func<object, object?> Get)
{
    /// <summary>
    /// The members in the order of the JSON, those of an object in its place. Of a list of objects there is only their number.
    /// </summary>
    public static IEnumerable<Column> Of(Type type) =>
        Json.Options.GetTypeInfo(type).Properties.Where(p => p.Get is not null).SelectMany(property =>
    {
        var member = new Column(property.Name, item => property.Get!(item));
        var shape = Json.Options.GetTypeInfo(property.PropertyType);
        if (shape.Kind is JsonTypeInfoKind.Object) return Of(property.PropertyType).Select(member.Then);
        var areThings = shape.ElementType is { } element && Json.Options.GetTypeInfo(element).Kind is not JsonTypeInfoKind.None;
        return [areThings ? member with { Get = item => (member.Get(item) as IEnumerable)?.Cast<object>().Count() } : member];
    });

    public string Cell(object item) => Cells.Of(Get(item));

    private Column Then(Column inner) => new($"{Name}.{inner.Name}", item => Get(item) is { } holder ? inner.Get(holder) : null);
}

/// <summary>One value as a spreadsheet takes it.</summary>
internal static class Cells
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@");

    /// <summary>The same text as in JSON. What a spreadsheet would run as a formula starts with an apostrophe.</summary>
    public static string Of(object? value)
    {
        var text = Text(JsonSerializer.SerializeToNode(value, Json.Options));
        if (value is IEnumerable && RunsAsFormula(text)) text = "'" + text;
        return text.AsSpan().ContainsAny(NeedQuotes) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    /// <summary>Words one after another; of things that are more than a word, how many there are.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        JsonArray list when list.Any(i => i is JsonObject or JsonArray) => $"{list.Count}",
        JsonArray words => string.Join("; ", words.Select(w => $"{w}")),
        JsonObject => throw new InvalidOperationException("An object has a cell for each of its members."),
        _ => value?.ToString() ?? "",
    };

    /// <summary>Blanks before it do not help.</summary>
    private static bool RunsAsFormula(string text) =>
        text is ['\t' or '\r', ..] || (text.AsSpan().TrimStart() is { Length: > 0 } rest && BeginsFormula.Contains(rest[0]));
}
