using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// Hands a body to an XML reader, and stops what would make the reader keep much of it: types of document, sections, endless texts.
/// </summary>
/// <param name="seen">Told of every byte, in order.</param>
internal sealed class XmlBytes(PipeReader body, XmlBytes.Observer seen) : IncomingStream
{
    /// <summary>From one tag to the next.</summary>
    private const int MaxRun = 1 << 16;

    /// <summary>
    /// Comments and processing instructions: the reader goes one call deeper for each in a row, and tens of thousands end the process.
    /// </summary>
    private const int MaxAsides = 1_000;

    private bool started;
    private long line = 1;
    private int run, opening, asides;

    public delegate void Observer(ReadOnlySpan<byte> bytes);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(cancellationToken);
        var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
        part.CopyTo(buffer.Span);
        var bytes = buffer[..(int)part.Length];
        seen(bytes.Span);
        body.AdvanceTo(part.End);
        Check(bytes.Span);
        return bytes.Length;
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        if (!started && bytes.Length > 1
            && (bytes.StartsWith(Encoding.Unicode.Preamble) || bytes.StartsWith(Encoding.BigEndianUnicode.Preamble)))
            throw new UnreadableFileException("byte-order-mark", line);
        started = true;
        foreach (var next in bytes) Check(next);
    }

    private void Check(byte next)
    {
        // In UTF-8 and Windows-1251 this byte is this character; other encodings have zeros, which XML has not, or are refused by name.
        run = next == '<' ? 0 : run + 1;
        if (next == '\n') line++;
        if (next == 0) throw new UnreadableFileException("xml-malformed", line);
        if (run > MaxRun) throw new UnreadableFileException("xml-text-too-long", line);
        if (opening == 2 && next == 'D') throw new UnreadableFileException("xml-document-type", line);
        if (opening == 2 && next == '[') throw new UnreadableFileException("xml-unexpected", line);
        if ((opening == 1 && next == '?') || (opening == 2 && next == '-')) asides++;
        if (asides > MaxAsides) throw new UnreadableFileException("xml-unexpected", line);
        opening = next == '<' ? 1 : next == '!' && opening == 1 ? 2 : 0;
    }
}
