using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Every text of a body enters in one spelling, whichever member it is; what cannot be seen in it is refused.</summary>
internal sealed class TypedTextConverter(Func<string, Rune?> invisible, Func<string, string> spell) : JsonConverter<string>
{
    private static readonly TypedTextConverter Prose = new(TypedText.InvisibleInProse, TypedText.Prose),
    Number = new(TypedText.Invisible, LicenseNumber.Of);

    public static TypedTextConverter Line { get; } = new(TypedText.Invisible, TypedText.Line);

    /// <summary>
    /// By their names: reasons and answers keep their paragraphs, numbers of licenses are spelled as the register spells them.
    /// </summary>
    public static void Choose(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(p => p.PropertyType == typeof(string)))
        {
            if (member.Name is "reason" or "reasons" or "question" or "answer") member.CustomConverter = Prose;
            if (member.Name.EndsWith("icenseNumber", StringComparison.Ordinal)) member.CustomConverter = Number;
        }
    }

    public override string Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        var typed = reader.GetString()!;
        return invisible(typed) is { } hidden
            ? throw new UnacceptableValueException("invisible-character", InputMessages.Invisible(hidden.Value))
            : spell(typed);
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
