using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>A public key as RFC 7517 writes it.</summary>
/// <param name="RetiredOn">
/// The last day on which it signed: what is dated later is not the register's. Null for the key that signs now.
/// </param>
internal sealed record PublishedKey(string Kty, string Crv, string X, string Y, string Kid, string Alg, string Use,
    DateOnly? RetiredOn = null);

/// <summary>A set of public keys (JWKS).</summary>
/// <param name="StatusListHours">So many hours a status list may be relied upon, whatever the list itself says.</param>
internal sealed record PublishedKeys(IReadOnlyList<PublishedKey> Keys, int StatusListHours);

/// <summary>The key that signs now, and all keys that certificates in circulation were signed with.</summary>
internal sealed partial class RegisterKeys : IDisposable
{
    private readonly ECDsa signing;
    private readonly Lock signs = new();

    public RegisterKeys(RegisterOptions options)
    {
        try
        {
            signing = options.SigningKey is { } pem ? Import(Text(pem)) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Id = Publish(signing).Kid;
            var retired = Retired(options.RetiredKeys).DistinctBy(k => k.Kid).ToList();
            if (retired.Any(k => k.Kid == Id)) throw new CryptographicException("The signing key is retired; a retired key signs nothing.");
            Published = new PublishedKeys([Publish(signing), .. retired], options.StatusListHours);
        }
        catch (Exception unusable) when (unusable is ArgumentException or CryptographicException or IOException
            or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"Register__SigningKey and Register__RetiredKeys take EC keys on P-256 as PEM, or the path of a file with them; each "
                    + $"retired one follows a line such as 'Retired: 2026-03-01', its last day: "
                    + $"{(unusable is IOException or UnauthorizedAccessException ? "there is no such file that can be read" : unusable.Message)}");
        }
    }

    public string Id { get; }
    public PublishedKeys Published { get; }

    /// <summary>ES256: 64 bytes, r then s.</summary>
    public byte[] Sign(byte[] content)
    {
        lock (signs) return signing.SignData(content, HashAlgorithmName.SHA256);
    }

    public void Dispose() => signing.Dispose();

    /// <summary>A key for a registry on this machine: made at the first start and kept in its data directory.</summary>
    public static string Local(string directory)
    {
        var file = Path.Combine(directory, "register-key.pem");
        if (File.Exists(file)) return file;
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        OwnerOnlyFile.Write(file, made.ExportPkcs8PrivateKeyPem());
        return file;
    }

    private static ECDsa Import(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key.ExportParameters(false).Curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256"
            ? key
            : throw new CryptographicException("The curve is not P-256.");
    }

    /// <summary>Text outside of a key's armor is a comment to other programs; here it says when the key retired.</summary>
    private static IEnumerable<PublishedKey> Retired(string? pemOrPath)
    {
        var rest = pemOrPath is null ? "" : Text(pemOrPath);
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var (start, length) = fields.Location.GetOffsetAndLength(rest.Length);
            if (RetiredLine().Matches(rest[..start]) is not [.., var line]
                || !DateOnly.TryParseExact(line.Groups[1].Value, "yyyy-MM-dd", out var day))
                throw new CryptographicException("A retired key does not say when it retired.");
            using var key = Import(rest[fields.Location]);
            yield return Publish(key) with { RetiredOn = day };
            rest = rest[(start + length)..];
        }
    }

    [GeneratedRegex(@"^Retired:[ \t]*([0-9]{4}-[0-9]{2}-[0-9]{2})[ \t\r]*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex RetiredLine();

    private static string Text(string pemOrPath) =>
        pemOrPath.Contains("-----BEGIN", StringComparison.Ordinal) ? pemOrPath : File.ReadAllText(pemOrPath);

    /// <summary>The id of a key is its thumbprint (RFC 7638): it cannot be claimed by another key.</summary>
    private static PublishedKey Publish(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
        return new PublishedKey("EC", "P-256", x, y, Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))), "ES256",
            "sig");
    }
}
