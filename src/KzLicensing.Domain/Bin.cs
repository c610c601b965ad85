namespace KzLicensing.Domain;

/// <summary>Business or individual identification number (БИН, ИИН): twelve digits, the last one a check digit.</summary>
/// <remarks>
/// The check digit decides: numbers were issued whose first digits are no day of birth, or whose seventh names no century.
/// </remarks>
public readonly record struct Bin
{
    private static readonly int[] FirstWeights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    private static readonly int[] SecondWeights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

    private Bin(string value) => Value = value;

    public string Value { get; }

    /// <summary>An organization's number has its kind in the fifth digit, 4 to 6; whatever else there is belongs to a person.</summary>
    public bool IsIin => Value[4] is not ('4' or '5' or '6');

    /// <summary>Fails with <c>bin-malformed</c> or <c>bin-check-digit</c>.</summary>
    public static Result<Bin> Parse(string text)
    {
        if (text.Length != 12 || text.Any(c => c is < '0' or > '9')) return new Error("bin-malformed", "A BIN or IIN has twelve digits.");
        return CheckDigit(text) == text[11] - '0'
            ? new Bin(text)
            : new Error("bin-check-digit", "The check digit does not fit: a digit was mistyped.");
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
}
