using System.Text;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>The ids of all metering points by code, found from bytes without making strings.</summary>
/// <param name="regions">Where each point stands, by id.</param>
internal sealed class MeteringPointCodes(IReadOnlyDictionary<string, int> ids, IReadOnlyDictionary<int, string> regions)
{
    public const int MaxLength = 64;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup =
        new Dictionary<string, int>(ids, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly byte[] last = new byte[MaxLength];
    private int lastLength, lastId;

    public string RegionOf(int id) => regions[id];

    /// <summary>Files mostly name the same point many times in a row.</summary>
    public int? Find(ReadOnlySpan<byte> code)
    {
        if (code.Length is 0 or > MaxLength) return null;
        if (code.SequenceEqual(last.AsSpan(0, lastLength))) return lastId;
        Span<char> text = stackalloc char[MaxLength];
        if (!Encoding.ASCII.TryGetChars(code, text, out var length) || !lookup.TryGetValue(text[..length], out var id)) return null;
        code.CopyTo(last);
        (lastLength, lastId) = (code.Length, id);
        return id;
    }
}
