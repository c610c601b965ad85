using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>
/// Tokens that were signed in the last minutes. No two signatures are alike, so whoever asks again for the same content is given the same token:
/// its tag stays, and caches may keep it. A change of the content shows at once.
/// </summary>
internal sealed class RecentTokens(RegisterKeys keys)
{
    private const int Capacity = 1_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset At)> recent = new(StringComparer.Ordinal);

    /// <param name="content">As it is written at an instant.</param>
    public string Sign<T>(string type, DateTimeOffset now, Func<DateTimeOffset, T> content)
    {
        var timeless = JsonSerializer.SerializeToUtf8Bytes(content(DateTimeOffset.UnixEpoch), Json.Options);
        var key = type + Convert.ToHexString(SHA256.HashData(timeless));
        if (recent.TryGetValue(key, out var known) && known.At <= now && now - known.At < MaxAge) return known.Token;

        if (recent.Count >= Capacity) recent.Clear();
        var token = CompactJws.Sign(type, content(now), keys);
        recent[key] = (token, now);
        return token;
    }
}
