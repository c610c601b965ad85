using System.Globalization;
using System.Text;

namespace KzLicensing.Domain.Licensing;

/// <summary>A license number such as KZ-DM-I-2026-000001, however it was typed.</summary>
public static class LicenseNumber
{
    /// <summary>What stands on a Cyrillic keyboard, or looks the same, where the number has the Latin letter.</summary>
    private static readonly Dictionary<char, char> Latin =
        new() { ['К'] = 'K', ['З'] = 'Z', ['Д'] = 'D', ['М'] = 'M', ['І'] = 'I', ['Ӏ'] = 'I', ['И'] = 'I', ['−'] = '-' };

    /// <summary>The number as the register writes it: Latin capitals, any dash a hyphen, nothing blank or invisible between.</summary>
    public static string Of(string typed) =>
        string.Concat(typed.Normalize(NormalizationForm.FormKC).Where(IsSeen).Select(c => Written(char.ToUpperInvariant(c))));

    private static char Written(char letter) =>
        Latin.TryGetValue(letter, out var latin) ? latin : char.GetUnicodeCategory(letter) is UnicodeCategory.DashPunctuation ? '-'
            : letter;

    private static bool IsSeen(char letter) =>
        !char.IsWhiteSpace(letter) && char.GetUnicodeCategory(letter) is not (UnicodeCategory.Format or UnicodeCategory.Control);
}
