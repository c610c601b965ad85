using System.IO.Compression;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// What a gzip body holds, as it arrives; one that swells beyond reason, ends too soon or goes on with something else is not read on.
/// </summary>
/// <remarks>
/// <see cref="GZipStream"/> passes over a file that is cut and over bytes behind its end. So the body gets a member of ours behind its last
/// byte: only when every member of the body is whole does the <see cref="EndMark"/> in it come out last, and it never leaves here.
/// </remarks>
internal sealed class InflatedBody : IncomingStream
{
    /// <summary>So little may swell as it likes: a short file of equal lines packs very well.</summary>
    private const long Harmless = 1 << 20;

    /// <summary>No file of readings holds it.</summary>
    private const byte EndMark = 0;

    private static readonly byte[] EndMember = Pack(EndMark);

    private readonly Packed packed;
    private readonly GZipStream gzip;
    private readonly IngestOptions limits;
    private long inflated;

    /// <summary>The last byte that came out: it is held back until it is known not to be the mark.</summary>
    private byte? held;

    public InflatedBody(Stream body, IngestOptions limits)
    {
        (packed, this.limits) = (new Packed(body), limits);
        gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var before = held is null ? 0 : 1;
        if (held is { } first) buffer.Span[0] = first;
        var read = await Inflate(buffer[before..], cancellationToken);
        if (read == 0) return held == EndMark ? 0 : throw Malformed();

        inflated += read;
        if (inflated > limits.MaxBytes) throw new BadHttpRequestException("The file is too large.", StatusCodes.Status413PayloadTooLarge);
        if (inflated > Harmless && inflated > packed.Bytes * limits.MaxInflation) throw new UnreadableFileException("inflates-too-much");
        var known = before + read - 1;
        held = buffer.Span[known];
        return known > 0 ? known : await ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) gzip.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> Inflate(Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            return await gzip.ReadAsync(buffer, ct);
        }
        catch (InvalidDataException)
        {
            throw Malformed();
        }
    }

    private static UnreadableFileException Malformed() => new("gzip-malformed");

    private static byte[] Pack(byte single)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.NoCompression, leaveOpen: true)) gzip.WriteByte(single);
        return member.ToArray();
    }

    /// <summary>The body as it was sent, and then the <see cref="EndMember"/>.</summary>
    private sealed class Packed(Stream body) : IncomingStream
    {
        private ReadOnlyMemory<byte> end = EndMember;

        public long Bytes { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            Bytes += read;
            if (read > 0 || buffer.IsEmpty) return read;
            var part = end[..Math.Min(end.Length, buffer.Length)];
            part.CopyTo(buffer);
            end = end[part.Length..];
            return part.Length;
        }
    }
}
