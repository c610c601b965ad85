using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>The one way JSON is read and written: strict names and kinds, instants with a zone, exact decimals.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Options = Sealed(new ExactDecimalConverter());

    /// <summary>For bodies: text in them was typed by people.</summary>
    public static readonly JsonSerializerOptions Typed = Sealed(new ExactDecimalConverter(), typed: true);

    /// <summary>For what the program wrote itself: computed values may be larger than any input is allowed to be.</summary>
    public static readonly JsonSerializerOptions Stored = Sealed(null);

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 32;
        // Answers are JSON for programs, never embedded in HTML: Kazakh, quotes and ampersands stay readable.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new ParsedTextConverter<Bin>(Bin.Parse, b => b.Value));
        options.Converters.Add(new ParsedTextConverter<Quarter>(Quarter.Parse, q => q.ToString()));
        return options;
    }

    private static JsonSerializerOptions Sealed(JsonConverter? numbers, bool typed = false)
    {
        var options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Strict));
        if (numbers is not null) options.Converters.Add(numbers);
        if (typed)
        {
            options.Converters.Add(TypedTextConverter.Line);
            options.TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(TypedTextConverter.Choose);
        }

        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>A value is of the right JSON kind and still not acceptable; the code says why.</summary>
internal sealed class UnacceptableValueException(string code, Trilingual? said = null) : JsonException(code)
{
    public string Code { get; } = code;

    /// <summary>When more is to be said than the catalogue has for the code.</summary>
    public Trilingual? Said { get; } = said;
}

/// <summary>RFC 3339 in UTC; an instant without a zone is refused, since nobody knows when it was.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        var text = reader.GetString()!;
        if (!HasZone(text)) throw new UnacceptableValueException("zone-missing");
        if (text is [_, _, _, _, '-', _, _, '-', _, _, 'T', _, _, ':', _, _, not ':', ..])
            throw new UnacceptableValueException("instant-malformed");
        return reader.TryGetDateTimeOffset(out var instant) ? instant.ToUniversalTime() : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", CultureInfo.InvariantCulture));

    private static bool HasZone(string text) => text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
}

/// <summary>Numbers that <c>decimal</c> can hold exactly with at most ten decimals; anything else would be rounded silently.</summary>
internal sealed class ExactDecimalConverter : JsonConverter<decimal>
{
    private const int MaxScale = 10;
    private const decimal Limit = 1_000_000_000_000_000m;

    public override decimal Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number) throw new JsonException();
        if (reader.ValueSpan.Length > 40 || !reader.TryGetDecimal(out var value) || Math.Abs(value) >= Limit) throw OutOfRange();
        // decimal keeps 28 digits: more decimals than ours in the text were either zeros or would be lost.
        return Normalized(value).Scale <= MaxScale && !HasMoreDecimals(reader.ValueSpan) ? value : throw OutOfRange();
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(Normalized(value));

    /// <summary>Without trailing zeros: a value reads the same whether it comes from a request or from a column.</summary>
    private static decimal Normalized(decimal value) => value / 1.0000000000000000000000000000m;

    private static bool HasMoreDecimals(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOf((byte)'.');
        return point >= 0 && text.TrimEnd((byte)'0').Length - point - 1 > MaxScale;
    }

    private static UnacceptableValueException OutOfRange() =>
        new("number-out-of-range", InputMessages.NumberOutOfRange(MaxScale, Limit));
}

/// <summary>Text that the domain parses; its refusal becomes the member's problem.</summary>
internal sealed class ParsedTextConverter<T>(Func<string, Result<T>> parse, Func<T, string> write) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        var parsed = parse(reader.GetString()!);
        return parsed.IsFailure ? throw new UnacceptableValueException(parsed.Error.Code) : parsed.Value;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
}
