namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>A line <c>meteringPoint,startAt,kwh,quality</c>; no field has anything to quote.</summary>
internal static class CsvLine
{
    public static ReadOnlySpan<byte> Header => "meteringPoint,startAt,kwh,quality"u8;

    /// <returns>Null when the line is good; else the code of what is wrong with it.</returns>
    public static string? Parse(ReadOnlySpan<byte> line, ReadingFields fields, out Reading reading)
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
}
