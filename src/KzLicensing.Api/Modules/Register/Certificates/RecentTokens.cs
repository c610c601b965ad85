using System.Security.Cryptography;
using System.Text.Json;
using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>
/// Tokens that were signed lately. No two signatures are alike, so whoever asks again for the same content is given the same token:
/// its tag stays, and caches may keep it. A change of the content shows at once.
/// </summary>
internal sealed class RecentTokens(RegisterKeys keys)
{
    private const int Capacity = 2_000;

    private readonly Recent<string> recent = new(Capacity);

    /// <param name="period">While it is the same one, the same token is given.</param>
    /// <param name="content">As it is written at an instant.</param>
    public string Sign<T>(string type, string period, DateTimeOffset now, Func<DateTimeOffset, T> content)
    {
        var timeless = JsonSerializer.SerializeToUtf8Bytes(content(DateTimeOffset.UnixEpoch), Json.Options);
        return recent.Get($"{type} {period} {Convert.ToHexString(SHA256.HashData(timeless))}",
            () => CompactJws.Sign(type, content(now), keys));
    }
}
