using System.Buffers.Text;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Judges the four fields of a reading, from bytes: no strings, no cultures, no rounding.</summary>
/// <param name="latestHour">Hours since 2000-01-01T00:00Z of the last hour that has ended.</param>
internal sealed class ReadingFields(MeteringPointCodes codes, long latestHour)
{
    private const int UtcOffsetHours = 5, MaxOffsetMinutes = 14 * 60, DateLength = 10, TimeLength = 19;
    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;

    private byte[] lastDate = [];
    private long lastDateHours;

    /// <returns>Null when the reading is good; else the code of what is wrong with it.</returns>
    public string? Parse(ReadOnlySpan<byte> code, ReadOnlySpan<byte> start, ReadOnlySpan<byte> kwh, ReadOnlySpan<byte> quality,
        out Reading reading)
    {
        reading = default;
        if (codes.Find(code) is not { } place) return "metering-point-unknown";
        if (ParseStart(start, out var hours) is { } badStart) return badStart;
        if (hours + UtcOffsetHours < place.FirstHour) return "out-of-range";
        if (hours > latestHour) return "reading-in-future";
        var wh = Reading.Unknown;
        if (!kwh.IsEmpty && ParseWh(kwh, out wh) is { } badKwh) return badKwh;
        var estimated = quality.SequenceEqual("Estimated"u8);
        if (!estimated && !quality.SequenceEqual("Measured"u8) && !(kwh.IsEmpty && quality.IsEmpty)) return "quality-unknown";

        var (day, hour) = Math.DivRem(hours + UtcOffsetHours, 24);
        reading = new Reading(place.Id, (int)day, (int)hour, wh, estimated);
        return null;
    }

    /// <summary>Kilowatt-hours with a point and at most three decimals, to whole watt-hours.</summary>
    public static string? ParseWh(ReadOnlySpan<byte> text, out int wh)
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

    /// <summary>Reads <c>2026-01-01T00:00:00Z</c>, or the same with an offset; a fraction of the second may say that it is none.</summary>
    private string? ParseStart(ReadOnlySpan<byte> text, out long hours)
    {
        hours = 0;
        if (text.Length < TimeLength || text[10] != 'T' || text[13] != ':' || text[16] != ':') return "instant-malformed";
        if (!Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second))
            return "instant-malformed";
        if (ParseDate(text[..DateLength]) is { } badDate) return badDate;
        if (hour > 23 || minute > 59 || second > 60) return "out-of-range";
        if (!ParseFraction(text[TimeLength..], out var fraction, out var zone)) return "instant-malformed";
        if (zone.IsEmpty) return "zone-missing";
        if (!ParseZone(zone, out var offset)) return "zone-malformed";
        var (whole, minutes) = Math.DivRem(hour * 60 + minute - offset, 60);
        if (minutes != 0 || second != 0 || fraction) return "off-the-hour";
        hours = lastDateHours + whole;
        return null;
    }

    /// <summary>Lines that follow each other mostly speak of the same day.</summary>
    private string? ParseDate(ReadOnlySpan<byte> date)
    {
        if (date.SequenceEqual(lastDate)) return null;
        if (date[4] != '-' || date[7] != '-') return "instant-malformed";
        if (!Digits(date[..4], out var year) || !Digits(date[5..7], out var month) || !Digits(date[8..], out var day))
            return "instant-malformed";
        if (year is < 2 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return "out-of-range";
        lastDate = date.ToArray();
        lastDateHours = (new DateOnly(year, month, day).DayNumber - Epoch) * 24L;
        return null;
    }

    /// <param name="fraction">Some part of a second is named.</param>
    private static bool ParseFraction(ReadOnlySpan<byte> text, out bool fraction, out ReadOnlySpan<byte> zone)
    {
        fraction = false;
        zone = text;
        if (text.IsEmpty || text[0] != '.') return true;
        var end = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = end < 0 ? text[1..] : text[1..(end + 1)];
        zone = text[(digits.Length + 1)..];
        fraction = digits.ContainsAnyExcept((byte)'0');
        return !digits.IsEmpty;
    }

    /// <summary><c>Z</c>, <c>+05:00</c> or <c>+0500</c>.</summary>
    /// <param name="offset">Minutes ahead of UTC.</param>
    private static bool ParseZone(ReadOnlySpan<byte> zone, out int offset)
    {
        offset = 0;
        if (zone.SequenceEqual("Z"u8)) return true;
        if (zone.Length is not (5 or 6) || zone[0] is not ((byte)'+' or (byte)'-') || (zone.Length == 6 && zone[3] != ':')) return false;
        if (!Digits(zone[1..3], out var hours) || !Digits(zone[^2..], out var minutes) || minutes > 59) return false;
        offset = (hours * 60 + minutes) * (zone[0] == '-' ? -1 : 1);
        return Math.Abs(offset) <= MaxOffsetMinutes;
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
