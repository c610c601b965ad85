using System.Globalization;
using System.Text;

namespace KzLicensing.Benchmarks;

/// <summary>A file of hourly readings and what it adds up to.</summary>
internal sealed record ReadingFile(string Path, string ContentType, long Rows, long Wh);

/// <summary>Writes the same readings every time, so that every load can be recounted.</summary>
/// <param name="points">Metering points <c>I-00001</c> and on.</param>
/// <param name="changed">How many of 10,000 hours differ from the first edition.</param>
internal sealed class ReadingFiles(string folder, int points, int days, int changed = 0)
{
    private const string Header = "meteringPoint,startAt,kwh,quality\n";

    private readonly string[] hours = [.. Enumerable.Range(0, days * 24)
        .Select(h => new DateTime(2025, 12, 31, 19, 0, 0).AddHours(h).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))];

    public static string Code(int point) => string.Create(CultureInfo.InvariantCulture, $"I-{point:D5}");

    public ReadingFile Csv() => Write("csv", "text/csv", Header, (code, at, kwh) => $"{code},{at},{kwh},Measured\n");

    public ReadingFile Ndjson() => Write(
        "ndjson", "application/x-ndjson", "", (code, at, kwh) =>
            $"{{\"meteringPoint\":\"{code}\",\"startAt\":\"{at}\",\"kwh\":{kwh},\"quality\":\"Measured\"}}\n");

    private ReadingFile Write(string name, string contentType, string header, Func<string, string, string, string> line)
    {
        var path = Path.Combine(folder, $"{points}-{days}-{changed}.{name}");
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        file.Write(header);
        var total = 0L;
        for (var point = 1; point <= points; point++)
        {
            var code = Code(point);
            for (var hour = 0; hour < hours.Length; hour++)
            {
                var wh = Wh(point, hour);
                total += wh;
                file.Write(line(code, hours[hour], string.Create(CultureInfo.InvariantCulture, $"{wh / 1000}.{wh % 1000:D3}")));
            }
        }

        return new ReadingFile(path, contentType, (long)points * hours.Length, total);
    }

    private int Wh(int point, int hour)
    {
        var mixed = unchecked((uint)point * 2_654_435_761u + (uint)hour * 40_503u);
        mixed ^= mixed >> 15;
        return (int)(100_000 + mixed % 20_000_000) + ((mixed >> 3) % 10_000 < changed ? 1_234 : 0);
    }
}
