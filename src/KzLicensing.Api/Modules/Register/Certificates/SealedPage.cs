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

    /// <summary>The token inside a page that is as the register wrote it. Fails with <c>altered</c> and the codes of <see cref="CompactJws.Open"/>.</summary>
    /// <exception cref="FormatException">The file is broken.</exception>
    public static Result<string> TokenIn(byte[] file, IReadOnlyDictionary<string, ECDsa> keys)
    {
        var end = file.AsSpan().LastIndexOf(Mark);
        if (end < 0) return No("altered", "The page has no seal of the register: it was altered, or never came from it.");
        var seal = CompactJws.Open<PageSeal>(Encoding.ASCII.GetString(file.AsSpan(end + Mark.Length)).TrimEnd('\n'), PageSeal.Type, keys);
        if (seal.IsFailure) return seal.Error;
        return seal.Value.Sha256 == Digest(file[..end])
            ? CertificatePdf.TokenIn(file[..end])
            : No("altered", "The seal does not fit: the page was altered.");
    }

    public static bool IsPdf(byte[] file) => file.AsSpan().StartsWith("%PDF-"u8);

    private static string Digest(byte[] page) => Convert.ToHexStringLower(SHA256.HashData(page));

    private static Error No(string code, string detail) => new(code, detail);
}
