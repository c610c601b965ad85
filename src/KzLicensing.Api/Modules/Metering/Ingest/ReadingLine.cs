using System.Buffers.Text;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Parses <c>meteringPoint,startAt,kwh,quality</c> from bytes: no strings, no cultures, no rounding.</summary>
internal static class ReadingLine
{
    public static ReadOnlySpan<byte> Header => "meteringPoint,startAt,kwh,quality"u8;

    private const int FirstYear = 2020, UtcOffsetHours = 5, MaxOffset = 14;
    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;

    /// <param name="latestHour">Hours since 2000-01-01T00:00Z of the last hour that has ended.</param>
    /// <returns>Null when the line is good; else the code of what is wrong with it.</returns>
    public static string? Parse(ReadOnlySpan<byte> line, MeteringPointCodes codes, long latestHour, out Reading reading)
    {
        reading = default;
        var rest = line;
        if (!Cut(ref rest, out var code) || !Cut(ref rest, out var start) || !Cut(ref rest, out var kwh) || rest.Contains((byte)','))
            return "line-malformed";
        if (codes.Find(code) is not { } pointId) return "metering-point-unknown";
        if (ParseStart(start, out var hours) is { } badStart) return badStart;
        if (hours > latestHour) return "reading-in-future";
        if (ParseWh(kwh, out var wh) is { } badKwh) return badKwh;
        var estimated = rest.SequenceEqual("Estimated"u8);
        if (!estimated && !rest.SequenceEqual("Measured"u8)) return "quality-unknown";

        var local = hours + UtcOffsetHours;
        reading = new Reading(pointId, (int)(local / 24), (int)(local % 24), wh, estimated);
        return null;
    }

    private static bool Cut(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> field)
    {
        var comma = rest.IndexOf((byte)',');
        field = comma < 0 ? rest : rest[..comma];
        if (comma < 0) return false;
        rest = rest[(comma + 1)..];
        return true;
    }

    /// <summary>Reads <c>2026-01-01T00:00:00Z</c>, or the same with an offset of whole hours.</summary>
    private static string? ParseStart(ReadOnlySpan<byte> text, out long hours)
    {
        hours = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return "instant-malformed";
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day) || !Digits(text[11..13], out var hour))
            return "instant-malformed";
        if (text.Length == 19) return "zone-missing";
        if (year is < FirstYear or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23) return "out-of-range";
        if (!text[14..16].SequenceEqual("00"u8) || !text[17..19].SequenceEqual("00"u8)) return "off-the-hour";

        var zone = text[19..];
        var offset = 0;
        if (!zone.SequenceEqual("Z"u8))
        {
            if (zone.Length != 6 || zone[0] is not ((byte)'+' or (byte)'-') || !Digits(zone[1..3], out offset) || !zone[3..].SequenceEqual(":00"u8) || offset > MaxOffset) return "zone-missing";
            if (zone[0] == '-') offset = -offset;
        }

        hours = (new DateOnly(year, month, day).DayNumber - Epoch) * 24L + hour - offset;
        return null;
    }

    /// <summary>Kilowatt-hours with a point and at most three decimals, to whole watt-hours.</summary>
    private static string? ParseWh(ReadOnlySpan<byte> text, out int wh)
    {
        wh = 0;
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var decimals = point < 0 ? [] : text[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && decimals.IsEmpty)) return "kwh-malformed";
        if (text[0] == '-') return "kwh-negative";
        if (!AllDigits(whole) || !AllDigits(decimals)) return "kwh-malformed";
        if (decimals.Length > 3 && !decimals[3..].TrimStart((byte)'0').IsEmpty) return "kwh-too-precise";

        if (whole.Length > 10 || !Utf8Parser.TryParse(whole, out long kwh, out _)) return "kwh-out-of-range";
        long total = kwh * 1000;
        for (int i = 0, unit = 100; i < Math.Min(decimals.Length, 3); i++, unit /= 10) total += (decimals[i] - '0') * unit;
        if (total > int.MaxValue) return "kwh-out-of-range";
        wh = (int)total;
        return null;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + digit - '0';
        }

        return true;
    }

    private static bool AllDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
