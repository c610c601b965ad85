using System.Globalization;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>One line of a file of purchases.</summary>
internal sealed record PurchaseLine(long Line, RecordPurchase.Body Purchase)
{
    public const string Header = "meteringPoint,month,kwh,costKzt,source,reference";

    private const int MaxText = 100;
    private const decimal Limit = 1_000_000_000_000_000m;

    public static bool IsHeader(string line) => Fields(line) is { } names && names.SequenceEqual(Header.Split(','));

    /// <summary>Fails with nothing but the code of what is wrong with the line.</summary>
    public static Result<RecordPurchase.Body> Parse(string line)
    {
        if (Fields(line) is not { } fields) return Bad("quotes-malformed");
        if (fields is not [var point, var month, var kwh, var cost, var source, var reference]) return Bad("purchase-line-malformed");
        if (PurchaseMonth.Parse(month) is null) return Bad("month-malformed");
        if (Number(kwh, 3) is not (> 0 and <= RecordPurchase.MaxKwh)) return Bad("purchase-kwh-malformed");
        if (Number(cost, 2) is not { } costKzt || costKzt > RecordPurchase.MaxCostKzt) return Bad("purchase-cost-malformed");
        if (source.Trim().Length is 0 or > MaxText || reference.Trim().Length is 0 or > MaxText) return Bad("purchase-text-malformed");
        if (TypedText.Invisible(source) is not null || TypedText.Invisible(reference) is not null) return Bad("invisible-character");
        return new RecordPurchase.Body(point, month, Number(kwh, 3)!.Value, costKzt, source, reference).Trimmed();
    }

    private static Error Bad(string code) => new(code, "");

    /// <summary>A point and digits, nothing else: no sign, no exponent, no separators of thousands.</summary>
    private static decimal? Number(string text, int decimals) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value < Limit
            && value.Scale <= decimals ? value : null;

    /// <summary>
    /// Fields as RFC 4180 quotes them, on one line, since no text of a purchase has more; null when a quote does not end where it may.
    /// </summary>
    private static List<string>? Fields(string line)
    {
        var fields = new List<string>();
        for (var at = 0; at <= line.Length;)
        {
            var quoted = at < line.Length && line[at] == '"';
            var end = quoted ? EndOfQuoted(line, at + 1) : line.IndexOf(',', at);
            if (quoted && (end < 0 || (end + 1 < line.Length && line[end + 1] != ','))) return null;
            if (end < 0) end = line.Length;
            fields.Add(quoted ? line[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal) : line[at..end]);
            at = quoted ? end + 2 : end + 1;
        }

        return fields;
    }

    private static int EndOfQuoted(string line, int from)
    {
        for (var at = from; at < line.Length; at++)
        {
            if (line[at] != '"') continue;
            if (at + 1 >= line.Length || line[at + 1] != '"') return at;
            at++;
        }

        return -1;
    }
}
