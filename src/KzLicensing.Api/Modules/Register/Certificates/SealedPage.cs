using System.Security.Cryptography;
using System.Text;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>A printed page with a signature over all its bytes behind its end, where readers of PDF look no more.</summary>
internal static class SealedPage
{
    private static readonly byte[] Mark = "\n%kz-seal "u8.ToArray();

    public static byte[] Seal(byte[] page, RegisterKeys keys) =>
        [.. page, .. Mark, .. Encoding.ASCII.GetBytes(CompactJws.Sign(PageSeal.Type, new PageSeal(Digest(page)), keys)), (byte)'\n'];

    /// <summary>
    /// The token inside a page that is as the register wrote it. Fails with <c>altered</c> and the codes of <see cref="CompactJws.Open"/>.
    /// </summary>
    /// <exception cref="FormatException">The file is broken.</exception>
    public static Result<string> TokenIn(byte[] file, KnownKeys keys)
    {
        var end = file.AsSpan().LastIndexOf(Mark);
        if (end < 0) return No("altered", "The page has no seal of the register: it was altered, or never came from it.");
        var written = Encoding.Latin1.GetString(file.AsSpan(end + Mark.Length));
        var seal = written.EndsWith('\n') ? CompactJws.Open<PageSeal>(written[..^1], PageSeal.Type, keys) : No("malformed", "");
        if (seal.Error is { Code: "malformed" })
            return No("altered", "The seal is not whole, or something follows it: the page was altered.");
        if (seal.IsFailure) return seal.Error;
        if (seal.Value.Content.Sha256 != Digest(file[..end])) return No("altered", "The seal does not fit: the page was altered.");
        // Else a key that was stolen after its end could seal another page around a token of today.
        var token = CertificatePdf.TokenIn(file[..end]);
        return CompactJws.KeyOf(token) == CompactJws.KeyOf(written)
            ? token
            : No("altered", "The seal is of another key than the certificate.");
    }

    public static bool IsPdf(byte[] file) => file.AsSpan().StartsWith("%PDF-"u8);

    private static string Digest(byte[] page) => Convert.ToHexStringLower(SHA256.HashData(page));

    private static Error No(string code, string detail) => new(code, detail);
}
