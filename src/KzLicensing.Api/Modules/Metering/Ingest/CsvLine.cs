namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>A line <c>meteringPoint,startAt,kwh,quality</c>, quoted as RFC 4180 allows; no value may hold the end of a line.</summary>
internal static class CsvLine
{
    private const int Fields = 4;

    public static ReadOnlySpan<byte> Header => "meteringPoint,startAt,kwh,quality"u8;

    public static bool IsHeader(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual(Header)) return true;
        Span<byte> plain = stackalloc byte[line.Length];
        return Unquote(line, plain, stackalloc Range[Fields], out var length) is null && plain[..length].SequenceEqual(Header);
    }

    /// <returns>Null when the line is good; else the code of what is wrong with it.</returns>
    public static string? Parse(ReadOnlySpan<byte> line, ReadingFields fields, out Reading reading)
    {
        var error = ParsePlain(line, fields, out reading);
        // No good field has a quote in it, so only lines that are not plain pay for looking.
        return error is not null && line.Contains((byte)'"') ? ParseQuoted(line, fields, out reading) : error;
    }

    private static string? ParsePlain(ReadOnlySpan<byte> line, ReadingFields fields, out Reading reading)
    {
        var rest = line;
        if (Cut(ref rest, out var code) && Cut(ref rest, out var start) && Cut(ref rest, out var kwh) && !rest.Contains((byte)','))
            return fields.Parse(code, start, kwh, rest, out reading);
        reading = default;
        return "line-malformed";
    }

    private static bool Cut(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> field)
    {
        var comma = rest.IndexOf((byte)',');
        field = comma < 0 ? rest : rest[..comma];
        if (comma < 0) return false;
        rest = rest[(comma + 1)..];
        return true;
    }

    private static string? ParseQuoted(ReadOnlySpan<byte> line, ReadingFields fields, out Reading reading)
    {
        reading = default;
        Span<byte> plain = stackalloc byte[line.Length];
        Span<Range> at = stackalloc Range[Fields];
        return Unquote(line, plain, at, out _) ?? fields.Parse(plain[at[0]], plain[at[1]], plain[at[2]], plain[at[3]], out reading);
    }

    /// <summary>The same line without quotes, and where its fields are in it.</summary>
    private static string? Unquote(ReadOnlySpan<byte> line, Span<byte> plain, Span<Range> at, out int length)
    {
        length = 0;
        for (var field = 0; field < Fields; field++)
        {
            if (field > 0)
            {
                if (line.IsEmpty) return "line-malformed";
                line = line[1..];
                plain[length++] = (byte)',';
            }

            if (!TakeField(ref line, plain[length..], out var taken)) return "quotes-malformed";
            at[field] = length..(length += taken);
        }

        return line.IsEmpty ? null : "line-malformed";
    }

    /// <summary>False when a quote stands where none may, or does not close; behind a field there is a comma or nothing.</summary>
    private static bool TakeField(scoped ref ReadOnlySpan<byte> rest, Span<byte> to, out int length)
    {
        length = 0;
        if (!rest.StartsWith("\""u8))
        {
            var field = rest.IndexOf((byte)',') is var comma and >= 0 ? rest[..comma] : rest;
            field.CopyTo(to);
            length = field.Length;
            rest = rest[length..];
            return !field.Contains((byte)'"');
        }

        rest = rest[1..];
        while (rest.IndexOf((byte)'"') is var quote and >= 0)
        {
            rest[..quote].CopyTo(to[length..]);
            length += quote;
            rest = rest[(quote + 1)..];
            if (!rest.StartsWith("\""u8)) return rest.IsEmpty || rest[0] == ',';
            to[length++] = (byte)'"';
            rest = rest[1..];
        }

        return false;
    }
}
