using System.Text;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>A metering point as readings need it.</summary>
/// <param name="FirstHour">
/// Before it no reading is taken: the first hour of the first civil day that may be asked for, counted from 2000-01-01 in UTC+5.
/// </param>
internal sealed record MeteringPlace(int Id, string Region, int FirstHour);

/// <summary>All metering points by code, found from bytes without making strings.</summary>
internal sealed class MeteringPointCodes(IReadOnlyDictionary<string, MeteringPlace> places)
{
    public const int MaxLength = 64;

    private readonly Dictionary<string, MeteringPlace>.AlternateLookup<ReadOnlySpan<char>> lookup =
        new Dictionary<string, MeteringPlace>(places, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly byte[] lastCode = new byte[MaxLength];
    private int lastLength;
    private MeteringPlace? last;

    /// <summary>Files mostly name the same point many times in a row.</summary>
    public MeteringPlace? Find(ReadOnlySpan<byte> code)
    {
        if (code.Length is 0 or > MaxLength) return null;
        if (code.SequenceEqual(lastCode.AsSpan(0, lastLength))) return last;
        Span<char> text = stackalloc char[MaxLength];
        if (!Encoding.ASCII.TryGetChars(code, text, out var length) || !lookup.TryGetValue(text[..length], out var place)) return null;
        code.CopyTo(lastCode);
        (lastLength, last) = (code.Length, place);
        return place;
    }
}
