using System.Buffers.Text;
using System.Security.Cryptography;
using KzLicensing.Api.Platform.Operations;
using Microsoft.IdentityModel.Tokens;

namespace KzLicensing.Api.Platform.Identity.Sandbox;

/// <summary>What the sandbox signs its tokens with: kept in the data folder, so that a token outlives a restart of the program.</summary>
internal static class SandboxKey
{
    private const int Bits = 2048;

    /// <param name="directory">The program's data folder; null where it has none, and each process a key of its own.</param>
    /// <exception cref="InvalidOperationException">The file holds something else.</exception>
    public static RsaSecurityKey Of(string? directory)
    {
        var rsa = directory is null ? RSA.Create(Bits) : Kept(Path.Combine(directory, "sandbox-key.pem"));
        return new RsaSecurityKey(rsa) { KeyId = Base64Url.EncodeToString(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())) };
    }

    private static RSA Kept(string file)
    {
        var rsa = RSA.Create(Bits);
        if (!File.Exists(file)) OwnerOnlyFile.Write(file, rsa.ExportPkcs8PrivateKeyPem());
        try
        {
            rsa.ImportFromPem(File.ReadAllText(file));
            return rsa;
        }
        catch (Exception unusable) when (unusable is ArgumentException or CryptographicException)
        {
            throw new InvalidOperationException($"{file} is no private key. Remove it, and the sandbox makes another one.");
        }
    }
}
