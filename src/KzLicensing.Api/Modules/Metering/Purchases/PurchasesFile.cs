using System.Text;
using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>
/// The lines of a file of purchases, read one by one: where more of them are wrong than an answer tells, the file is not read on.
/// </summary>
internal sealed class PurchasesFile
{
    private const string ByteOrderMark = "\uFEFF";

    /// <summary>More than a file of this size holds of any real length; it bounds what a file takes in memory.</summary>
    private const int MaxLines = 100_000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<PurchaseLine> lines = [];
    private readonly List<LineError> errors = [];

    /// <summary>Empty lines that have just gone by: a few may end a file, but not interrupt it.</summary>
    private readonly List<int> blank = [];
    private bool sawHeader;

    public IReadOnlyList<PurchaseLine> Lines => lines;
    public List<LineError> Errors => errors;

    /// <summary>Fails with <c>unsupported-charset</c>; what is wrong with a line is among the <see cref="Errors"/>.</summary>
    public static async Task<Result<PurchasesFile>> Read(Stream utf8, CancellationToken ct)
    {
        var file = new PurchasesFile();
        using var text = new StreamReader(utf8, Utf8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        try
        {
            for (var number = 1; file.errors.Count <= InputErrors.MaxProblems && await text.ReadLineAsync(ct) is { } line; number++)
            {
                if (line.Contains('\0', StringComparison.Ordinal)) return InputErrors.NotUtf8();
                if (file.Take(line, number)) continue;
                file.lines.Clear();
                return file;
            }
        }
        catch (DecoderFallbackException)
        {
            return InputErrors.NotUtf8();
        }

        if (file.lines.Count + file.errors.Count == 0) file.Refuse(1, file.sawHeader ? "purchase-file-empty" : "purchase-header-unknown");
        return file;
    }

    /// <returns>False when the file as a whole is not acceptable.</returns>
    private bool Take(string line, int number)
    {
        if (number == 1)
            return sawHeader = PurchaseLine.IsHeader(line) || Refuse(1, IsMarked(line) ? "byte-order-mark" : "purchase-header-unknown");
        var isBlank = line.Length == 0;
        if (!isBlank && number > MaxLines + 1) return Refuse(number, "purchase-file-too-long");
        if (isBlank) blank.Add(number);
        if (!isBlank || blank.Count > InputErrors.MaxProblems) RefuseBlankLines();
        if (!isBlank) TakePurchase(line, number);
        return true;
    }

    private void TakePurchase(string line, int number)
    {
        var purchase = PurchaseLine.Parse(line);
        if (purchase.IsFailure) Refuse(number, purchase.Error.Code);
        else lines.Add(new PurchaseLine(number, purchase.Value));
    }

    private void RefuseBlankLines()
    {
        foreach (var number in blank) Refuse(number, "line-blank");
        blank.Clear();
    }

    private static bool IsMarked(string line) => line.StartsWith(ByteOrderMark, StringComparison.Ordinal);

    private bool Refuse(int line, string code)
    {
        errors.Add(new LineError(line, code));
        return false;
    }
}
