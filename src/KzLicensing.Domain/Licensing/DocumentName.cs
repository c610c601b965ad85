using System.Globalization;
using System.Text;

namespace KzLicensing.Domain.Licensing;

/// <summary>
/// The name of a file as it is shown to people and offered for saving: no folders, nothing invisible, at most 255 characters.
/// </summary>
public sealed record DocumentName
{
    private const int MaxLength = 255, MaxExtension = 16;

    /// <summary>Characters that some file system or shell reads as more than a letter of a name.</summary>
    private const string Reserved = "<>:\"/\\|?*";

    private DocumentName(string value) => Value = value;

    public string Value { get; }

    /// <summary>With its dot, in lower case; empty without one.</summary>
    public string Extension => Path.GetExtension(Value).ToLowerInvariant();

    /// <summary>
    /// Keeps what is harmless of the name that a sender gave: it may hold a path, control characters or marks that reverse its reading.
    /// </summary>
    public static DocumentName Of(string sent)
    {
        var last = sent[(sent.LastIndexOfAny(['/', '\\']) + 1)..];
        var harmless = string.Concat(last.EnumerateRunes().Where(IsHarmless)).Normalize().Trim(' ', '.');
        return new DocumentName(harmless.Length == 0 ? "document" : Shorten(harmless));
    }

    public override string ToString() => Value;

    private static bool IsHarmless(Rune letter) => Rune.GetUnicodeCategory(letter) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        _ => letter != Rune.ReplacementChar && !Reserved.Contains(letter.ToString(), StringComparison.Ordinal),
    };

    /// <summary>Takes from the stem, never through the middle of a character.</summary>
    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength) return name;
        var extension = Path.GetExtension(name);
        if (extension.Length > MaxExtension) extension = "";
        var end = MaxLength - extension.Length;
        return name[..(char.IsHighSurrogate(name[end - 1]) ? end - 1 : end)] + extension;
    }
}
