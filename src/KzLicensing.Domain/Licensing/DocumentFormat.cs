namespace KzLicensing.Domain.Licensing;

/// <summary>A format in which papers are taken: pages and pictures that look the same to everybody who decides upon them.</summary>
/// <remarks>It is known by the first bytes. What a name or a sender says of a file is only compared with them.</remarks>
public sealed class DocumentFormat
{
    /// <summary>As many first bytes as <see cref="Of"/> looks at.</summary>
    public const int HeadBytes = 16;

    /// <summary>What a sender says who knows nothing of the file.</summary>
    private const string AnyBytes = "application/octet-stream";

    public static readonly DocumentFormat Pdf = new("application/pdf", ".pdf");
    public static readonly DocumentFormat Png = new("image/png", ".png");
    public static readonly DocumentFormat Jpeg = new("image/jpeg", ".jpg", ".jpeg");

    private readonly string[] extensions;

    private DocumentFormat(string mediaType, params string[] extensions) => (MediaType, this.extensions) = (mediaType, extensions);

    public static IReadOnlyList<DocumentFormat> All { get; } = [Pdf, Png, Jpeg];

    public string MediaType { get; }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    private static ReadOnlySpan<byte> JpegStart => [0xff, 0xd8, 0xff];

    /// <summary>Null for everything else: programs, scripts, HTML, SVG, archives and office files.</summary>
    public static DocumentFormat? Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("%PDF-"u8)) return Pdf;
        if (head.StartsWith(JpegStart)) return Jpeg;
        // After the signature: the length of the first chunk, and its name.
        return head.Length >= HeadBytes && head.StartsWith(PngSignature) && head[12..].StartsWith("IHDR"u8) ? Png : null;
    }

    /// <summary>Whether the file's name and its declared media type, if there is one, say the same as its bytes.</summary>
    public bool Agrees(DocumentName name, string? declared) =>
        extensions.Contains(name.Extension)
            && (declared is null or AnyBytes || declared.Equals(MediaType, StringComparison.OrdinalIgnoreCase));
}
