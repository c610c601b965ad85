using System.Globalization;

namespace KzLicensing.Domain;

/// <summary>Business or individual identification number (БИН, ИИН): twelve digits, the last one a check digit.</summary>
public readonly record struct Bin
{
    private static readonly int[] FirstWeights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    private static readonly int[] SecondWeights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

    private Bin(string value) => Value = value;

    public string Value { get; }

    /// <summary>True for a person's number; false for an organization's.</summary>
    public bool IsIin => Value[4] <= '3';

    /// <summary>Fails with <c>bin-malformed</c> or <c>bin-check-digit</c>.</summary>
    public static Result<Bin> Parse(string text)
    {
        if (text.Length != 12 || text.Any(c => c is < '0' or > '9')) return new Error("bin-malformed", "A BIN or IIN has twelve digits.");
        if (!IsDated(text)) return new Error("bin-malformed", "The first digits of a BIN or IIN are a month of registration or a day of birth.");
        return CheckDigit(text) == text[11] - '0' ? new Bin(text) : new Error("bin-check-digit", "The check digit does not fit: a digit was mistyped.");
    }

    public override string ToString() => Value;

    /// <summary>Mod 11 with a second row of weights; null for a number that is never issued.</summary>
    private static int? CheckDigit(string digits)
    {
        var first = WeightedSum(digits, FirstWeights) % 11;
        if (first != 10) return first;
        var second = WeightedSum(digits, SecondWeights) % 11;
        return second == 10 ? null : second;
    }

    private static int WeightedSum(string digits, int[] weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += weights[i] * (digits[i] - '0');
        return sum;
    }

    private static bool IsDated(string digits) => digits[4] switch
    {
        <= '3' => IsBirthday(digits),
        '4' or '5' or '6' => digits[2..4] is var month && string.CompareOrdinal(month, "01") >= 0 && string.CompareOrdinal(month, "12") <= 0,
        _ => false,
    };

    /// <summary>The seventh digit tells the century: 1 and 2 the 19th, 3 and 4 the 20th, 5 and 6 the 21st.</summary>
    private static bool IsBirthday(string digits)
    {
        var century = digits[6] switch
        {
            '1' or '2' => "18",
            '3' or '4' => "19",
            '5' or '6' => "20",
            _ => null,
        };
        return century is not null
            && DateOnly.TryParseExact(century + digits[..6], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }
}
