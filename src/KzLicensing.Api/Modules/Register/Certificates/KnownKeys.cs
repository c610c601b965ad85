using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <param name="RetiredOn">The last day on which it signed; null while it signs.</param>
internal sealed record KnownKey(ECDsa Key, DateOnly? RetiredOn);

/// <summary>The published keys as somebody holds them who checks a certificate.</summary>
internal sealed class KnownKeys
{
    private static readonly JsonSerializerOptions Relaxed = new(JsonSerializerDefaults.Web);
    private readonly Dictionary<string, KnownKey> byId;

    private KnownKeys(Dictionary<string, KnownKey> byId, TimeSpan statusListLife) => (this.byId, StatusListLife) = (byId, statusListLife);

    /// <summary>So long a status list may be relied upon, whatever the list itself says.</summary>
    public TimeSpan StatusListLife { get; }

    public KnownKey? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Of a set as it is published. A key that is not on P-256 is left out.</summary>
    /// <exception cref="JsonException">This is not a key set.</exception>
    public static KnownKeys Read(string json)
    {
        var set = JsonSerializer.Deserialize<PublishedKeys>(json, Relaxed);
        var keys = (set?.Keys ?? throw new JsonException("No keys."))
            .Where(k => k is { Kty: "EC", Crv: "P-256", Kid: not null, X: not null, Y: not null });
        var hours = set.StatusListHours is > 0 and < RegisterOptions.MaxStatusListHours
            ? set.StatusListHours
            : RegisterOptions.MaxStatusListHours;
        return new KnownKeys(keys.DistinctBy(k => k.Kid)
            .ToDictionary(k => k.Kid, k => new KnownKey(Import(k), k.RetiredOn)), TimeSpan.FromHours(hours));
    }

    private static ECDsa Import(PublishedKey key) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(key.X), Y = Base64Url.DecodeFromChars(key.Y) },
    });
}
