using System.Text.Json;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// A line <c>{"meteringPoint":"…","startAt":"…","kwh":1.5,"quality":"Measured"}</c>, every member once and nothing else; no value is
/// <c>"kwh":null</c>.
/// </summary>
internal static class JsonLine
{
    private const int Members = 4, AllMembers = (1 << Members) - 1, Kwh = 2;

    /// <returns>Null when the line is good; else the code of what is wrong with it.</returns>
    public static string? Parse(ReadOnlySpan<byte> line, ReadingFields fields, out Reading reading) =>
        IsPlain(line, out var code, out var start, out var kwh, out var quality)
            ? fields.Parse(code, start, kwh, quality, out reading)
            : ParseAny(line, fields, out reading);

    /// <summary>
    /// Programs write the members in the documented order, without spaces and escapes: then the fields lie between fixed texts.
    /// </summary>
    private static bool IsPlain(
        ReadOnlySpan<byte> line, out ReadOnlySpan<byte> code, out ReadOnlySpan<byte> start, out ReadOnlySpan<byte> kwh,
        out ReadOnlySpan<byte> quality)
    {
        var rest = line;
        code = start = kwh = quality = default;
        return Skip(ref rest, "{\"meteringPoint\":\""u8) && TakeText(ref rest, out code)
            && Skip(ref rest, ",\"startAt\":\""u8) && TakeText(ref rest, out start)
            && Skip(ref rest, ",\"kwh\":"u8) && TakeNumber(ref rest, out kwh)
            && Skip(ref rest, ",\"quality\":\""u8) && TakeText(ref rest, out quality)
            && rest.SequenceEqual("}"u8);
    }

    private static bool Skip(scoped ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected)) return false;
        rest = rest[expected.Length..];
        return true;
    }

    private static bool TakeText(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        var end = rest.IndexOfAny((byte)'"', (byte)'\\');
        text = end < 0 ? default : rest[..end];
        if (end < 0 || rest[end] == '\\') return false;
        rest = rest[(end + 1)..];
        return true;
    }

    /// <summary>Digits and a point; whatever else JSON calls a number, or does not, is for <see cref="ParseAny"/> to say.</summary>
    private static bool TakeNumber(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> number)
    {
        var end = rest.IndexOf((byte)',');
        number = end < 0 ? default : rest[..end];
        if (end < 1 || (number[0] == '0' && end > 1 && number[1] != '.')) return false;
        rest = rest[end..];
        return number.IndexOfAnyExcept("0123456789."u8) < 0;
    }

    private static string? ParseAny(ReadOnlySpan<byte> line, ReadingFields fields, out Reading reading)
    {
        reading = default;
        if (line.IsEmpty) return "line-not-json";
        Span<byte> values = stackalloc byte[line.Length];
        Span<Range> at = stackalloc Range[Members];
        try
        {
            var json = new Utf8JsonReader(line);
            if (json.Read() && json.TokenType != JsonTokenType.StartObject) return "line-not-object";
            var (seen, used) = (0, 0);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (MemberOf(json) is not { } member) return "unknown-field";
                if ((seen & 1 << member) != 0) return "duplicate-field";
                seen |= 1 << member;
                json.Read();
                if (json.TokenType == JsonTokenType.Null)
                {
                    if (member != Kwh) return "null-not-allowed";
                    continue;
                }

                if (json.TokenType != (member == Kwh ? JsonTokenType.Number : JsonTokenType.String)) return "wrong-type";
                var length = Copy(json, values[used..]);
                at[member] = used..(used += length);
            }

            // What follows the object is read too: a line holds one value.
            json.Read();
            if (seen != AllMembers) return "missing-field";
        }
        catch (JsonException)
        {
            return "line-not-json";
        }
        catch (InvalidOperationException)
        {
            // A text that is no UTF-8, or half a surrogate.
            return "line-not-json";
        }

        return fields.Parse(values[at[0]], values[at[1]], values[at[Kwh]], values[at[3]], out reading);
    }

    private static int? MemberOf(in Utf8JsonReader json) =>
        json.ValueTextEquals("meteringPoint"u8) ? 0
        : json.ValueTextEquals("startAt"u8) ? 1
        : json.ValueTextEquals("kwh"u8) ? Kwh
        : json.ValueTextEquals("quality"u8) ? 3
        : null;

    private static int Copy(in Utf8JsonReader json, Span<byte> to)
    {
        if (json.TokenType == JsonTokenType.String) return json.CopyString(to);
        json.ValueSpan.CopyTo(to);
        return json.ValueSpan.Length;
    }
}
