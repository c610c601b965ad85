using System.IO.Compression;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>What a gzip body holds, as it arrives; one that swells beyond reason, or ends too soon, is not read on.</summary>
internal sealed class InflatedBody : IncomingStream
{
    /// <summary>So little may swell as it likes: a short file of equal lines packs very well.</summary>
    private const long Harmless = 1 << 20;

    /// <summary>Head, an empty block, checksum and length.</summary>
    private const int ShortestGzip = 20;

    private readonly Packed packed;
    private readonly GZipStream gzip;
    private readonly IngestOptions limits;
    private long inflated;

    // Without it a file that is cut looks complete.
    static InflatedBody() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    public InflatedBody(Stream body, IngestOptions limits)
    {
        (packed, this.limits) = (new Packed(body), limits);
        gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inflate(buffer, cancellationToken);
        inflated += read;
        if (inflated > limits.MaxBytes) throw new BadHttpRequestException("The file is too large.", StatusCodes.Status413PayloadTooLarge);
        if (inflated > Harmless && inflated > packed.Bytes * limits.MaxInflation) throw new UnreadableFileException("inflates-too-much");
        return read;
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
            var read = await gzip.ReadAsync(buffer, ct);
            return read > 0 || packed.Bytes >= ShortestGzip ? read : throw new InvalidDataException("The head is cut.");
        }
        catch (InvalidDataException)
        {
            throw new UnreadableFileException("gzip-malformed");
        }
    }

    private sealed class Packed(Stream body) : IncomingStream
    {
        public long Bytes { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            Bytes += read;
            return read;
        }
    }
}
