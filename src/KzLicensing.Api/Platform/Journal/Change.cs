using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Platform.Journal;

/// <summary>One field that an edit changed.</summary>
/// <param name="Pointer">RFC 6901; a list is compared as a whole.</param>
/// <param name="From">The value before: any JSON, null where there was none.</param>
/// <param name="To">The value after: any JSON, null where there is none.</param>
internal sealed record Change(string Pointer, JsonNode? From, JsonNode? To)
{
    /// <summary>The fields in which two states of the same thing differ.</summary>
    public static IReadOnlyList<Change> Between<T>(T before, T after) => [.. Compare("", Node(before), Node(after))];

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, Json.Options);

    private static IEnumerable<Change> Compare(string pointer, JsonNode? before, JsonNode? after)
    {
        if (before is JsonObject was && after is JsonObject isNow)
        {
            var names = was.Select(m => m.Key).Union(isNow.Select(m => m.Key));
            return names.SelectMany(name => Compare(JsonPointer.Child(pointer, name), was[name], isNow[name]));
        }

        return JsonNode.DeepEquals(before, after) ? [] : [new Change(pointer, before?.DeepClone(), after?.DeepClone())];
    }
}
