using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Reads a CSV of readings line by line from a request as it arrives, and hashes every byte of it.</summary>
internal sealed class ReadingsFile(PipeReader body, long latestHour)
{
    public const int MaxErrors = 100_000;
    private const int MaxLine = 256;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] scratch = new byte[MaxLine];
    private readonly List<LineError> errors = [];
    private byte[]? digest;
    private long line;

    /// <summary>The first <see cref="MaxErrors"/>; all are counted in <see cref="Rejected"/>.</summary>
    public IReadOnlyList<LineError> Errors => errors;

    public long Rejected { get; private set; }

    /// <summary>Something is wrong with the file as a whole: no line of it is taken in any mode.</summary>
    public bool Unusable { get; private set; }

    /// <summary>Lines with a reading, good or not.</summary>
    public long Received { get; private set; }

    /// <summary>SHA-256 of the whole body; it may be asked for before a line was read, or long after.</summary>
    public async Task<byte[]> Digest(CancellationToken ct)
    {
        if (digest is not null) return digest;
        await Drain(ct);
        return digest = hash.GetHashAndReset();
    }

    /// <summary>Sends every good reading to <paramref name="days"/>; notes what is wrong with the others.</summary>
    public async Task ReadInto(ReadingDays days, MeteringPointCodes codes, CancellationToken ct)
    {
        while (true)
        {
            var read = await body.ReadAsync(ct);
            var rest = read.Buffer;
            while (TryLine(ref rest, read.IsCompleted, out var sequence))
            {
                var (error, reading) = Take(sequence, codes);
                if (error is not null) Refuse(error);
                else if (reading is { } good && !await days.Add(good, line)) Refuse("duplicate-hour");
            }

            Append(read.Buffer.Slice(0, rest.Start));
            body.AdvanceTo(rest.Start, read.Buffer.End);
            if (read.IsCompleted || Unusable) break;
        }

        if (Received == 0 && !Unusable) Abandon("file-empty");
        await days.LeaveAll();
    }

    private async Task Drain(CancellationToken ct)
    {
        ReadResult read;
        do
        {
            read = await body.ReadAsync(ct);
            Append(read.Buffer);
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }

    /// <summary>Refuses the file as a whole because of one line.</summary>
    public void Abandon(string code, long? at = null)
    {
        Unusable = true;
        errors.Insert(0, new LineError(at ?? Math.Max(line, 1), code));
        Rejected++;
    }

    private void Refuse(string code)
    {
        Rejected++;
        if (errors.Count < MaxErrors) errors.Add(new LineError(line, code));
    }

    private static bool TryLine(ref ReadOnlySequence<byte> rest, bool last, out ReadOnlySequence<byte> found)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            found = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        found = rest;
        // A line without an end is either the last one or longer than any line may be.
        if (rest.IsEmpty || (!last && rest.Length <= MaxLine)) return false;
        rest = rest.Slice(rest.End);
        return true;
    }

    private (string? Error, Reading? Reading) Take(in ReadOnlySequence<byte> sequence, MeteringPointCodes codes)
    {
        line++;
        if (sequence.Length > MaxLine)
        {
            Abandon("line-too-long");
            return default;
        }

        var text = sequence.IsSingleSegment ? sequence.FirstSpan : Flatten(sequence);
        if (text.EndsWith("\r"u8)) text = text[..^1];
        if (line == 1)
        {
            if (!text.SequenceEqual(ReadingLine.Header)) Abandon(HeaderError(text));
            return default;
        }

        Received++;
        var error = ReadingLine.Parse(text, codes, latestHour, out var reading);
        return (error, error is null ? reading : null);
    }

    private ReadOnlySpan<byte> Flatten(in ReadOnlySequence<byte> sequence)
    {
        sequence.CopyTo(scratch);
        return scratch.AsSpan(0, (int)sequence.Length);
    }

    private static string HeaderError(ReadOnlySpan<byte> header) =>
        header.StartsWith(Encoding.UTF8.Preamble) || header.StartsWith(Encoding.Unicode.Preamble) || header.StartsWith(Encoding.BigEndianUnicode.Preamble)
            ? "byte-order-mark"
            : "header-unknown";

    private void Append(in ReadOnlySequence<byte> consumed)
    {
        foreach (var segment in consumed) hash.AppendData(segment.Span);
    }
}
