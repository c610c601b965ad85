using System.Globalization;
using System.Text;

namespace KzLicensing.Domain;

/// <summary>What names a person or a payment, such as <c>officer-1</c>: the same one however it is spelled.</summary>
public static class Identifier
{
    /// <summary>Letters, marks and symbols that show nothing, whatever their category.</summary>
    private static readonly (int From, int To)[] Fillers =
        [(0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x2800, 0x2800), (0xFE00, 0xFE0F),
            (0xE0000, 0xE0FFF)];

    /// <summary>
    /// NFKC without letter case, blanks, and all that is not seen; any dash is a hyphen. <c>fold_identifier</c> in SQL says the same.
    /// </summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormKC).EnumerateRunes().Where(IsSeen)) folded.Append(Plain(rune).ToString());
        return folded.ToString().Normalize(NormalizationForm.FormKC);
    }

    /// <summary>Two letters are lower-cased by their neighbors or into two; here each letter stands for itself.</summary>
    private static Rune Plain(Rune rune) => rune.Value switch
    {
        'İ' => new Rune('i'),
        'Σ' or 'ς' => new Rune('σ'),
        (>= '\u2010' and <= '\u2015') or '\u2212' => new Rune('-'),
        _ => Rune.ToLowerInvariant(rune),
    };

    /// <summary>Whether a letter shows something, and is no blank.</summary>
    public static bool IsSeen(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && !Array.Exists(Fillers, f => f.From <= rune.Value && rune.Value <= f.To);
}
