using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>
/// Reads JSON against a type and names everything that does not fit, not only the first thing; when that is too much to tell, it reads no
/// further.
/// </summary>
internal static class StrictJson
{
    /// <param name="utf8">The whole text.</param>
    /// <param name="pointer">How a problem's place is spelled for the client, given its RFC 6901 pointer.</param>
    public static Result<T> Read<T>(ReadOnlyMemory<byte> utf8, JsonSerializerOptions options, Func<string, string>? pointer = null)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = options.MaxDepth });
            var problems = new List<FieldProblem>();
            new Walk(options, problems).Check(document.RootElement, options.GetTypeInfo(typeof(T)), "");
            var refusal =
                InputErrors.InvalidIfAny(pointer is null ? problems : problems.Select(p => p with { Pointer = pointer(p.Pointer) }));
            return refusal is null ? document.RootElement.Deserialize<T>(options)! : refusal;
        }
        catch (JsonException unreadable)
        {
            return InputErrors.NotJson($"Not readable as JSON at line {unreadable.LineNumber + 1}, byte {unreadable.BytePositionInLine}.");
        }
    }

    private sealed class Walk(JsonSerializerOptions options, List<FieldProblem> problems)
    {
        private bool IsOver => problems.Count > InputErrors.MaxProblems;

        public void Check(JsonElement element, JsonTypeInfo type, string at)
        {
            switch (type.Kind)
            {
                case JsonTypeInfoKind.Object when element.ValueKind == JsonValueKind.Object: CheckMembers(element, type, at); break;
                case JsonTypeInfoKind.Enumerable when element.ValueKind == JsonValueKind.Array: CheckItems(element, type, at); break;
                case JsonTypeInfoKind.Dictionary when element.ValueKind == JsonValueKind.Object: CheckValues(element, type, at); break;
                case JsonTypeInfoKind.None: CheckValue(element, type, at); break;
                default:
                    Add(at, "wrong-type", type.Kind == JsonTypeInfoKind.Enumerable
                    ? InputMessages.ExpectedArray
                    : InputMessages.ExpectedObject); break;
            }
        }

        private void CheckMembers(JsonElement element, JsonTypeInfo type, string at)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in element.EnumerateObject())
            {
                if (IsOver) return;
                var name = Text(member);
                var place = JsonPointer.Child(at, name ?? "");
                var property = type.Properties.FirstOrDefault(p => p.Name == name);
                if (property is null) Add(place, "unknown-field", InputMessages.UnknownMember(type.Properties.Select(p => p.Name)));
                else if (!seen.Add(property.Name)) Add(place, "duplicate-field");
                else if (member.Value.ValueKind != JsonValueKind.Null) Check(member.Value, TypeOf(property), place);
                else if (!AllowsNull(property)) Add(place, "null-not-allowed");
            }

            foreach (var missing in type.Properties.Where(p => p.IsRequired && !seen.Contains(p.Name)))
                Add(JsonPointer.Child(at, missing.Name), "missing-field");
        }

        /// <summary>A text may have a way of its own to be read.</summary>
        private JsonTypeInfo TypeOf(JsonPropertyInfo property) =>
            property.CustomConverter is JsonConverter<string> own
                ? JsonMetadataServices.CreateValueInfo<string>(options, own)
                : options.GetTypeInfo(property.PropertyType);

        private static bool AllowsNull(JsonPropertyInfo property) =>
            Nullable.GetUnderlyingType(property.PropertyType) is not null
            || (!property.PropertyType.IsValueType && property.IsSetNullable && property.AssociatedParameter is not { IsNullable: false });

        private void CheckItems(JsonElement element, JsonTypeInfo type, string at)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                if (IsOver) return;
                var place = $"{at}/{index++}";
                if (item.ValueKind == JsonValueKind.Null) Add(place, "null-not-allowed");
                else Check(item, options.GetTypeInfo(type.ElementType!), place);
            }
        }

        private void CheckValues(JsonElement element, JsonTypeInfo type, string at)
        {
            foreach (var member in element.EnumerateObject().TakeWhile(_ => !IsOver))
                Check(member.Value, options.GetTypeInfo(type.ElementType!), JsonPointer.Child(at, Text(member) ?? ""));
        }

        private void CheckValue(JsonElement element, JsonTypeInfo type, string at)
        {
            try
            {
                if (element.ValueKind == JsonValueKind.String && element.GetString()!.Contains('\0', StringComparison.Ordinal))
                    Add(at, "nul-character");
                else if (Names(type.Type) is { } names
                    && !(element.ValueKind == JsonValueKind.String && names.Contains(element.GetString())))
                    Add(at, "unknown-value", InputMessages.UnknownValue(names));
                else
                    element.Deserialize(type);
            }
            catch (UnacceptableValueException unacceptable)
            {
                Add(at, unacceptable.Code, unacceptable.Said);
            }
            catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
            {
                Add(at, "wrong-type", InputMessages.Expected(type.Type));
            }
        }

        /// <summary>Of an enumeration: its converter would also take other letter cases.</summary>
        private static string[]? Names(Type type) =>
            (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } enumeration ? Enum.GetNames(enumeration) : null;

        /// <summary>A name may hold a lone surrogate, which is not text.</summary>
        private static string? Text(JsonProperty member)
        {
            try
            {
                return member.Name;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }

        private void Add(string at, string code, Trilingual? said = null) => problems.Add(FieldProblem.Of(at, code, said));
    }
}
