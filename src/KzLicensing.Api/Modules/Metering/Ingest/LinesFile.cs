using System.IO.Pipelines;
using System.Text;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>Readings one a line, with or without a header.</summary>
internal sealed class LinesFile(PipeReader body, long latestHour, LinesFile.Parser parse, LinesFile.HeaderTest? isHeader = null)
    : ReadingsFile(body)
{
    private const int MaxLine = 512;

    /// <summary>What was cut off at the end of a segment.</summary>
    private readonly byte[] carried = new byte[MaxLine];
    private int carriedLength;

    /// <summary>How many empty lines have just gone by: they may end a file, but not interrupt it.</summary>
    private long blankLines;

    public delegate bool HeaderTest(ReadOnlySpan<byte> line);

    public delegate string? Parser(ReadOnlySpan<byte> line, ReadingFields fields, out Reading reading);

    protected override async Task Read(ReadingDays days, MeteringPointCodes codes, CancellationToken ct)
    {
        var fields = new ReadingFields(codes, latestHour);
        ReadResult read;
        do
        {
            read = await Body.ReadAsync(ct);
            foreach (var segment in read.Buffer)
            {
                Append(segment.Span);
                if (Unusable) continue;
                TakeSegment(segment.Span, fields, days);
                await days.LeaveWhole();
            }

            Body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted && !Unusable);

        // The last line need not end.
        if (!Unusable && carriedLength > 0) Take(carried.AsSpan(0, carriedLength), fields, days);
    }

    private void TakeSegment(ReadOnlySpan<byte> segment, ReadingFields fields, ReadingDays days)
    {
        while (!Unusable && segment.IndexOf((byte)'\n') is var end and >= 0)
        {
            if (carriedLength == 0) Take(segment[..end], fields, days);
            else if (Carry(segment[..end]))
            {
                Take(carried.AsSpan(0, carriedLength), fields, days);
                carriedLength = 0;
            }

            segment = segment[(end + 1)..];
        }

        if (!Unusable) Carry(segment);
    }

    private bool Carry(ReadOnlySpan<byte> part)
    {
        if (carriedLength + part.Length > MaxLine)
        {
            Line++;
            Abandon("line-too-long");
            return false;
        }

        part.CopyTo(carried.AsSpan(carriedLength));
        carriedLength += part.Length;
        return true;
    }

    private void Take(ReadOnlySpan<byte> line, ReadingFields fields, ReadingDays days)
    {
        Line++;
        if (line.Length > MaxLine) Abandon("line-too-long");
        else if (Line == 1 && FirstLineError(line) is { } wrong) Abandon(wrong);
        else if (Line > 1 || isHeader is null) TakeReading(WithoutReturn(line), fields, days);
    }

    private void TakeReading(ReadOnlySpan<byte> line, ReadingFields fields, ReadingDays days)
    {
        if (line.IsEmpty)
        {
            blankLines++;
            return;
        }

        for (; blankLines > 0 && !Unusable; blankLines--) RefuseBlankLine();
        if (Unusable) return;
        Received++;
        var error = parse(line, fields, out var reading);
        if (error is not null) Refuse(error);
        else if (reading.IsGap) Gaps++;
        else if (!days.Add(reading, Line)) Refuse("duplicate-hour");
    }

    private void RefuseBlankLine()
    {
        Received++;
        Refuse("line-blank", Line - blankLines);
    }

    private string? FirstLineError(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith(Encoding.UTF8.Preamble) || line.StartsWith(Encoding.Unicode.Preamble)
            || line.StartsWith(Encoding.BigEndianUnicode.Preamble))
            return "byte-order-mark";
        return isHeader is null || isHeader(WithoutReturn(line)) ? null : "header-unknown";
    }

    private static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) => line.EndsWith("\r"u8) ? line[..^1] : line;
}
