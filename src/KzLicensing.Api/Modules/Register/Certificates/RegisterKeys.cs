using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>A public key as RFC 7517 writes it.</summary>
internal sealed record PublishedKey(string Kty, string Crv, string X, string Y, string Kid, string Alg, string Use);

/// <summary>A set of public keys (JWKS).</summary>
internal sealed record PublishedKeys(IReadOnlyList<PublishedKey> Keys)
{
    private static readonly JsonSerializerOptions Relaxed = new(JsonSerializerDefaults.Web);

    /// <summary>The keys that can check a signature of the register, by their id. A key that is not on P-256 is left out.</summary>
    /// <exception cref="JsonException">This is not a key set.</exception>
    public static IReadOnlyDictionary<string, ECDsa> Read(string json)
    {
        var set = JsonSerializer.Deserialize<PublishedKeys>(json, Relaxed);
        return (set?.Keys ?? throw new JsonException("No keys.")).Where(k => k is { Kty: "EC", Crv: "P-256", Kid: not null, X: not null, Y: not null })
            .DistinctBy(k => k.Kid)
            .ToDictionary(k => k.Kid, k => ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Base64Url.DecodeFromChars(k.X), Y = Base64Url.DecodeFromChars(k.Y) },
            }));
    }
}

/// <summary>The key that signs now, and all keys that certificates in circulation were signed with.</summary>
internal sealed class RegisterKeys : IDisposable
{
    private readonly ECDsa signing;
    private readonly Lock signs = new();

    public RegisterKeys(RegisterOptions options)
    {
        try
        {
            signing = options.SigningKey is { } pem ? Import(Text(pem)) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Id = Publish(signing).Kid;
            Published = new PublishedKeys([.. Retired(options.RetiredKeys).Select(Publish).Prepend(Publish(signing)).DistinctBy(k => k.Kid)]);
        }
        catch (Exception unusable) when (unusable is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Register__SigningKey and Register__RetiredKeys take EC keys on P-256 as PEM, or the path of a file with them: {unusable.Message}");
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
        File.WriteAllText(file, made.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private static ECDsa Import(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key.ExportParameters(false).Curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256" ? key : throw new CryptographicException("The curve is not P-256.");
    }

    private static IEnumerable<ECDsa> Retired(string? pemOrPath)
    {
        var rest = pemOrPath is null ? "" : Text(pemOrPath);
        while (PemEncoding.TryFind(rest, out var fields))
        {
            yield return Import(rest[fields.Location]);
            rest = rest[fields.Location.End..];
        }
    }

    private static string Text(string pemOrPath) => pemOrPath.Contains("-----BEGIN", StringComparison.Ordinal) ? pemOrPath : File.ReadAllText(pemOrPath);

    /// <summary>The id of a key is its thumbprint (RFC 7638): it cannot be claimed by another key.</summary>
    private static PublishedKey Publish(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
        return new PublishedKey("EC", "P-256", x, y, Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))), "ES256", "sig");
    }
}
