using System.Globalization;
using System.Reflection;
using KzLicensing.Domain.Licensing;
using QRCoder;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Writer;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>
/// A certificate as one printed page, Kazakh beside Russian. The signed token travels in its keywords, so that the page verifies offline,
/// too.
/// </summary>
/// <remarks>
/// A license that does not hold today is printed with what it is today: a certificate must not say less than the register.
/// </remarks>
internal static class CertificatePdf
{
    private const double Left = 56, Middle = 305, Right = 539, Foot = 230, Body = 10.5, Small = 8;

    private static readonly byte[] Regular = Font("NotoSans-Regular.ttf"), Bold = Font("NotoSans-Bold.ttf");

    private static readonly Dictionary<LicenseStatus, (string Kk, string Ru)> Statuses = new()
    {
        [LicenseStatus.Pending] = ("Әлі күшіне енген жоқ", "Ещё не вступила в силу"),
        [LicenseStatus.Active] = ("Қолданыста", "Действует"),
        [LicenseStatus.Suspended] = ("Тоқтатыла тұрған", "Приостановлена"),
        [LicenseStatus.Expired] = ("Мерзімі өткен", "Срок истёк"),
        [LicenseStatus.Revoked] = ("Сот айырған", "Лишена судом"),
        [LicenseStatus.Surrendered] = ("Ерікті түрде қайтарылған", "Прекращена по отказу"),
    };

    /// <param name="address">What the code leads to.</param>
    /// <param name="token">The signed token of the same content.</param>
    public static byte[] Write(GetCertificate.License license, string address, string token, DateOnly on)
    {
        var entry = license.Entry;
        using var document = new PdfDocumentBuilder();
        document.DocumentInformation.Title = entry.Number;
        document.DocumentInformation.Keywords = token;
        var sheet = new Sheet(document.AddPage(PageSize.A4), document.AddTrueTypeFont(Regular), document.AddTrueTypeFont(Bold));

        sheet.Band(780, 4);
        sheet.Pair(750, "Қазақстан Республикасы", "Республика Казахстан", Body);
        sheet.Pair(722, "ЦИФРЛЫҚ МАЙНИНГ ЛИЦЕНЗИЯСЫ", "ЛИЦЕНЗИЯ НА ЦИФРОВОЙ МАЙНИНГ", 12, isBold: true);
        sheet.Title(678, entry.Number);

        var y = 640.0;
        var status = Statuses[entry.Status];
        var day = Day(on);
        y = sheet.Row(y, ("Мәртебесі", $"{status.Kk} ({day})"), ("Статус", $"{status.Ru} ({day})"),
            strong: entry.Status is not LicenseStatus.Active);
        y = sheet.Row(y, ("Лицензиат", entry.HolderName), ("Лицензиат", entry.HolderName));
        if (entry.Bin is { } bin) y = sheet.Row(y, ("БСН", bin), ("БИН", bin));
        y = sheet.Row(y, ("Кіші түрі", Subtype(entry).Kk), ("Подвид", Subtype(entry).Ru));
        y = sheet.Row(y, ("Өңір", license.RegionKk), ("Регион", license.RegionRu));
        y = sheet.Row(y, ("Қуаты", $"{Megawatts(entry)} МВт"), ("Мощность", $"{Megawatts(entry)} МВт"));
        y = sheet.Row(y, ("Қолданылу мерзімі", Term(entry)), ("Срок действия", Term(entry)));
        foreach (var (printed, condition) in entry.Conditions.Index())
        {
            if (sheet.After(y, condition) < Foot)
            {
                var rest = entry.Conditions.Length - printed;
                y = sheet.Row(y, ("Шарттар", $"тағы {rest}: тізілімнен қараңыз"), ("Условия", $"ещё {rest}: см. в реестре"));
                break;
            }

            y = sheet.Row(y, ("Шарт", condition), ("Условие", condition));
        }

        sheet.Code(address, Left, 76, 110);
        sheet.Notes(176,
            ["Деректер лицензиялар тізілімінен алынды. Лицензияның қазіргі мәртебесін код арқылы тексеріңіз.",
             "Сведения взяты из реестра лицензий. Действующий статус лицензии проверьте по коду.",
             "2023 жылғы 6 ақпандағы № 193-VII Заң, 9-бап · Закон от 6 февраля 2023 года № 193-VII, статья 9", address]);
        sheet.Band(56, 1);
        return document.Build();
    }

    /// <summary>The token inside a page; the empty text when it holds none.</summary>
    /// <exception cref="FormatException">The file is broken.</exception>
    public static string TokenIn(byte[] file)
    {
        try
        {
            using var document = PdfDocument.Open(file);
            return document.Information.Keywords ?? "";
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            throw new FormatException($"The PDF cannot be read: {broken.Message}", broken);
        }
    }

    private static (string Kk, string Ru) Subtype(RegisteredLicense entry) => entry.Subtype is Domain.Licensing.Subtype.I
        ? ("I: өз деректер орталығы", "I: собственный центр обработки данных")
        : ($"II: {entry.HostLicenseNumber} орталығында", $"II: в центре {entry.HostLicenseNumber}");

    private static string Megawatts(RegisteredLicense entry) => entry.LicensedMw.ToString("0.###", CultureInfo.GetCultureInfo("ru-RU"));

    private static string Term(RegisteredLicense entry) => $"{Day(entry.ValidFrom)} – {Day(entry.ValidTo)}";

    private static string Day(DateOnly day) => day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);

    private static byte[] Font(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"fonts/{name}")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The page with the few strokes that a certificate is made of. Points from the lower left corner, 1/72 inch.</summary>
    private sealed class Sheet(PdfPageBuilder page, PdfDocumentBuilder.AddedFont regular, PdfDocumentBuilder.AddedFont bold)
    {
        private const double ColumnWidth = Right - Middle, LineHeight = 14;

        public void Title(double y, string text) => Text(text, 20, (Left + Right - Width(text, 20, bold)) / 2, y, bold);

        public void Pair(double y, string kk, string ru, double size, bool isBold = false)
        {
            Text(kk, size, Left, y, isBold ? bold : regular);
            Text(ru, size, Middle, y, isBold ? bold : regular);
        }

        /// <summary>Where the row after one with this text would begin.</summary>
        public double After(double y, string text) => y - LineHeight - (Lines(text, Body, ColumnWidth).Count * LineHeight) - 8;

        /// <summary>A label above its value in each language; returns where the next row begins.</summary>
        public double Row(double y, (string Label, string Value) kk, (string Label, string Value) ru, bool strong = false)
        {
            Gray();
            Text(kk.Label, Small, Left, y, regular);
            Text(ru.Label, Small, Middle, y, regular);
            page.ResetColor();
            var lines = Math.Max(Wrapped(kk.Value, Left, y - LineHeight, strong), Wrapped(ru.Value, Middle, y - LineHeight, strong));
            return y - LineHeight - (lines * LineHeight) - 8;
        }

        public void Notes(double y, string[] notes)
        {
            Gray();
            foreach (var note in notes)
            {
                foreach (var line in Lines(note, Small, Right - Left - 130))
                {
                    Text(line, Small, Left + 130, y, regular);
                    y -= 11;
                }

                y -= 4;
            }

            page.ResetColor();
        }

        public void Band(double y, double height)
        {
            page.SetTextAndFillColor(0, 123, 138);
            page.DrawRectangle(new PdfPoint(Left, y), Right - Left, height, 0, true);
            page.ResetColor();
        }

        /// <summary>Each dark module is a square of ink: sharp at any size, and no image library.</summary>
        public void Code(string text, double x, double y, double size)
        {
            using var generator = new QRCodeGenerator();
            using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
            var module = size / code.ModuleMatrix.Count;
            foreach (var (row, bits) in code.ModuleMatrix.Index())
                for (var column = 0; column < bits.Count; column++)
                    if (bits[column])
                        page.DrawRectangle(new PdfPoint(x + (column * module), y + size - ((row + 1) * module)), module, module, 0, true);
        }

        private int Wrapped(string text, double x, double y, bool strong)
        {
            var lines = Lines(text, Body, ColumnWidth);
            foreach (var (number, line) in lines.Index()) Text(line, Body, x, y - (number * LineHeight), strong ? bold : regular);
            return lines.Count;
        }

        private List<string> Lines(string text, double size, double width)
        {
            var lines = new List<string> { "" };
            foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(w => Width(w, size, bold) <= width ? [w] : w.Chunk(24).Select(c => new string(c))))
            {
                var longer = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
                if (Width(longer, size, bold) <= width || lines[^1].Length == 0) lines[^1] = longer;
                else lines.Add(word);
            }

            return lines;
        }

        private double Width(string text, double size, PdfDocumentBuilder.AddedFont font)
        {
            var letters = page.MeasureText(Printable(text), size, new PdfPoint(0, 0), font);
            return letters.Count == 0 ? 0 : letters[^1].EndBaseLine.X;
        }

        private void Text(string text, double size, double x, double y, PdfDocumentBuilder.AddedFont font)
        {
            if (Printable(text) is { Length: > 0 } printable) page.AddText(printable, size, new PdfPoint(x, y), font);
        }

        /// <summary>
        /// Noto Sans has Latin, Cyrillic with all Kazakh letters, Greek and punctuation; what it has not is shown as a question mark.
        /// </summary>
        private static string Printable(string text) =>
            string.Concat(text.Select(c =>
                c is (>= ' ' and <= '~') or (>= '\u00A0' and <= '\u052F') or (>= '\u2010' and <= '\u2026') or '№' or '₸' or '·' ? c : '?'));

        private void Gray() => page.SetTextAndFillColor(90, 100, 105);
    }
}
