using System.IO.Pipelines;
using System.Security.Cryptography;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>A file of readings that is read as it arrives, hashed byte by byte, with what is wrong with it.</summary>
internal abstract class ReadingsFile(PipeReader body)
{
    public const int MaxErrors = 100_000;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<LineError> errors = [];
    private byte[]? digest;

    /// <summary>At most <see cref="MaxErrors"/>; with one more the file is not read on.</summary>
    public IReadOnlyList<LineError> Errors => errors;

    public long Rejected { get; private set; }

    /// <summary>Something is wrong with the file as a whole: nothing of it is taken in any mode.</summary>
    public bool Unusable { get; private set; }

    /// <summary>Hours that the file speaks of, good or not.</summary>
    public long Received { get; protected set; }

    /// <summary>Hours received that have no value: the sender has none, and what is known of them stays.</summary>
    public long Gaps { get; protected set; }

    /// <summary>Values that are of no interest here, such as reactive energy.</summary>
    public long Ignored { get; protected set; }

    /// <summary>
    /// Known when the file is read: which message of its sender it is; null for a file without a number, which just comes when it comes.
    /// </summary>
    public virtual MessageOrder? Order => null;

    /// <summary>Where reading has come to, from 1.</summary>
    protected long Line { get; set; }

    protected PipeReader Body => body;

    /// <param name="charset">As the header names it; null when it names none.</param>
    public static ReadingsFile Of(ReadingsFormat format, string? charset, PipeReader body, long latestHour, CivilTime civil) =>
        format switch
        {
            ReadingsFormat.Csv => new LinesFile(body, latestHour, CsvLine.Parse, CsvLine.IsHeader),
            ReadingsFormat.Xml => new MessageFile(body, charset, latestHour, civil),
            ReadingsFormat.Ndjson => new LinesFile(body, latestHour, JsonLine.Parse),
        };

    /// <summary>SHA-256 of the whole file; it may be asked for before a line was read, or long after.</summary>
    public async Task<byte[]> Digest(CancellationToken ct)
    {
        if (digest is not null) return digest;
        try
        {
            await Drain(ct);
        }
        catch (UnreadableFileException)
        {
            // The hash of what came: no other file has it.
        }

        return digest = hash.GetHashAndReset();
    }

    /// <summary>Sends every good reading to <paramref name="days"/>; notes what is wrong with the others.</summary>
    public async Task ReadInto(ReadingDays days, MeteringPointCodes codes, CancellationToken ct)
    {
        try
        {
            await Read(days, codes, ct);
        }
        catch (UnreadableFileException unreadable)
        {
            Abandon(unreadable.Code, unreadable.Line);
        }

        if (Received + Ignored == 0 && !Unusable) Abandon("file-empty");
        await days.LeaveAll();
    }

    /// <summary>Refuses the file as a whole because of one line.</summary>
    public void Abandon(string code, long? at = null)
    {
        Unusable = true;
        errors.Insert(0, new LineError(Math.Max(at ?? Line, 1), code));
        Rejected++;
    }

    /// <summary>Refuses lines whose hours had been given before, far from them in the file.</summary>
    public void RefuseRepeated(IEnumerable<int> lines)
    {
        foreach (var line in lines) Refuse("duplicate-hour", line);
        if (!Unusable) errors.Sort((a, b) => a.Line.CompareTo(b.Line));
    }

    protected abstract Task Read(ReadingDays days, MeteringPointCodes codes, CancellationToken ct);

    protected void Refuse(string code, long? at = null)
    {
        if (errors.Count >= MaxErrors)
        {
            Abandon("too-many-errors", at);
            return;
        }

        Rejected++;
        errors.Add(new LineError(at ?? Line, code));
    }

    private async Task Drain(CancellationToken ct)
    {
        ReadResult read;
        do
        {
            read = await body.ReadAsync(ct);
            foreach (var segment in read.Buffer) Append(segment.Span);
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }

    protected void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);
}
