using System.Globalization;
using System.Text;

namespace KzLicensing.Domain;

/// <summary>Text as people type and paste it, brought to the one spelling in which it is kept.</summary>
public static class TypedText
{
    /// <summary>Letters, marks and symbols by their category, and still nothing to see.</summary>
    private const string Blanks = "\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0";

    /// <summary>One line: composed letters (NFC), one blank for all that is blank, none at the ends.</summary>
    public static string Line(string typed) =>
        string.Join(' ', typed.Normalize().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The same for each line of what has paragraphs; of empty lines one is kept.</summary>
    public static string Prose(string typed)
    {
        var prose = string.Join('\n', typed.ReplaceLineEndings("\n").Split('\n').Select(Line)).Trim('\n');
        while (prose.Contains("\n\n\n", StringComparison.Ordinal)) prose = prose.Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
        return prose;
    }

    /// <summary>
    /// The first character of a line that nobody sees, or that changes how others are read: soft hyphens, zero width, marks of direction,
    /// controls (a tab and a line's end, too), what no standard assigns. Two texts that look the same must not differ by one.
    /// </summary>
    public static Rune? Invisible(string typed)
    {
        foreach (var letter in typed.EnumerateRunes())
            if (IsUnreadable(letter) || Blanks.Contains(letter.ToString(), StringComparison.Ordinal)) return letter;
        return null;
    }

    /// <summary>The same for what has paragraphs: lines end in it, and tabs indent them.</summary>
    public static Rune? InvisibleInProse(string typed) =>
        Invisible(typed.ReplaceLineEndings("").Replace("\t", "", StringComparison.Ordinal));

    private static bool IsUnreadable(Rune letter) => Rune.GetUnicodeCategory(letter)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
