using System.Text.Json;
using System.Text.Json.Serialization;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A document that was rendered once and is sent as it is stored.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record StoredJson(string Text, int Version) : IVersioned
{
    private sealed class Converter : JsonConverter<StoredJson>
    {
        public override StoredJson Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            throw new NotSupportedException("Stored documents are only written.");

        public override void Write(Utf8JsonWriter writer, StoredJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
