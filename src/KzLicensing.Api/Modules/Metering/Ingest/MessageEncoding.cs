using System.Text;
using System.Text.RegularExpressions;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// The encodings of layout 80020 under the names that go about for them. Header, declaration and mark may each name one, and must agree.
/// </summary>
internal static partial class MessageEncoding
{
    /// <summary>So much of a file holds its declaration.</summary>
    public const int HeadBytes = 1_024;

    /// <summary>Takes a mark away, and does not read broken bytes as question marks.</summary>
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;

    /// <summary>Null for an encoding that messages do not come in.</summary>
    public static Encoding? Find(string name) => name.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" => Utf8,
        "windows-1251" or "cp1251" or "x-cp1251" => Windows1251,
        _ => null,
    };

    /// <param name="charset">What the header names; null when it names none.</param>
    /// <returns>Null when the encoding is known; else the code of what is wrong with it.</returns>
    public static string? Choose(string? charset, ReadOnlySpan<byte> head, out Encoding encoding)
    {
        var marked = head.StartsWith(Encoding.UTF8.Preamble);
        var declaration = Declaration().Match(Encoding.Latin1.GetString(marked ? head[Encoding.UTF8.Preamble.Length..] : head));
        var declared = declaration.Success ? Find(declaration.Groups["name"].Value) : null;
        var header = charset is null ? null : Find(charset);
        encoding = header ?? declared ?? Utf8;
        if (declaration.Success && declared is null) return "xml-encoding-unknown";
        return (declared is null || declared == encoding) && (!marked || encoding == Utf8) ? null : "xml-encoding-contradicts";
    }

    [GeneratedRegex("""^<\?xml\s[^>]*?\sencoding\s*=\s*(["'])(?<name>.*?)\1""")]
    private static partial Regex Declaration();
}
