using System.Globalization;
using System.Text.Json;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;
using Hours = System.Collections.Generic.Dictionary<(string Point, int Hour), (long Wh, bool Estimated)>;
using Sums = System.Collections.Generic.SortedDictionary<string, (long Wh, long EstimatedWh, int Measured, int Estimated)>;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>
/// Every step at every moment equals an independent recount of the files, in integers, across the change of clocks of 2024.
/// </summary>
public sealed class ConsumptionExactnessTests(Registry registry) : IClassFixture<Registry>
{
    private const int HoursInFiles = 720;
    private static readonly string[] Steps = ["hour", "day", "month", "quarter"];
    private static readonly DateTime FirstHour = new(2024, 2, 10, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Loads_in_parallel_and_corrections_are_told_as_they_were_known(int seed)
    {
        var random = new Random(seed);
        var (almaty, aktau) = ($"ALMATY-{seed}", $"AKTAU-{seed}");
        await Point(almaty, "75");
        await Point(aktau, "47");
        var clock = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddDays(seed);
        var known = new Hours();
        var moments = new List<(DateTimeOffset At, Hours Known)>();
        for (var turn = 0; turn < 5; turn++)
        {
            await registry.MoveClock(Text(clock.AddHours(turn)));
            var files = Enumerable.Range(0, 3).Select(_ => RandomHours(random, almaty, aktau)).ToList();
            var loaded = await Task.WhenAll(files.Select(f => registry.Upload(Csv(f, random))));
            var order = await Task.WhenAll(loaded.Select(Sequence));
            foreach (var (hour, read) in order.Zip(files).OrderBy(f => f.First).SelectMany(f => f.Second)) known[hour] = read;
            moments.Add((clock.AddHours(turn).AddMinutes(30), new Hours(known)));
        }

        foreach (var (at, then) in moments)
        {
            foreach (var step in Steps)
            {
                Assert.Equal(Recount(then, almaty, 6, step), await Told(almaty, step, at, 65 * 24 + 1));
                Assert.Equal(Recount(then, aktau, 5, step), await Told(aktau, step, at, 65 * 24));
            }
        }
    }

    private async Task Point(string code, string region) =>
        (await registry.Post("grid-1", "/v1/metering-points",
            Files.Point(code, change: b => (b["siteRegion"], b["from"]) = (region, "2024-01-01")))).Demand(201);

    /// <summary>Batches that come at once take effect one after the other.</summary>
    private Task<int> Sequence(Answer loaded) =>
        registry.Sql<int>($"SELECT sequence FROM reading_batches WHERE id = '{loaded.Demand(201)["batchId"].GetString()}'");

    private static Hours RandomHours(Random random, params string[] points)
    {
        var hours = new Hours();
        foreach (var point in points)
        {
            var first = random.Next(HoursInFiles);
            var end = Math.Min(first + random.Next(1, 300), HoursInFiles);
            for (var hour = first; hour < end; hour++) hours[(point, hour)] = (random.Next(1, 9_000), random.Next(4) == 0);
        }

        return hours;
    }

    private static string Csv(Hours hours, Random random) =>
        "meteringPoint,startAt,kwh,quality\n" + string.Concat(hours.OrderBy(_ => random.Next()).Select(h => string.Create(
            CultureInfo.InvariantCulture,
            $"{h.Key.Point},{Text(FirstHour.AddHours(h.Key.Hour))},{h.Value.Wh / 1000}.{h.Value.Wh % 1000:D3},{(h.Value.Estimated ? "Estimated" : "Measured")}\n")));

    /// <summary>
    /// By clocks that are written down here once more: +06 or +05 until the 1st of March 2024 would have begun at +06, +05 from then on.
    /// </summary>
    private static Sums Recount(Hours known, string code, int offset, string step)
    {
        var sums = new Sums(StringComparer.Ordinal);
        foreach (var ((_, hour), (wh, estimated)) in known.Where(k => k.Key.Point == code))
        {
            var at = FirstHour.AddHours(hour);
            var day = at.AddHours(at < new DateTime(2024, 2, 29, 18, 0, 0, DateTimeKind.Utc) ? offset : 5);
            var key = Key(step, $"{at:yyyy-MM-dd'T'HH}", $"{day:yyyy-MM-dd}");
            var sum = sums.GetValueOrDefault(key);
            sums[key] = (sum.Wh + wh, sum.EstimatedWh + (estimated ? wh : 0), sum.Measured + (estimated ? 0 : 1),
                sum.Estimated + (estimated ? 1 : 0));
        }

        return sums;
    }

    private static string Key(string step, string hour, string day) =>
        step switch { "hour" => hour, "day" => day, "month" => day[..7], _ => "all" };

    private async Task<Sums> Told(string code, string step, DateTimeOffset knownAt, int hours)
    {
        var path = $"/v1/metering-points/{code}/consumption?from=2024-01-15&to=2024-03-20&step={step}&knownAt={Text(knownAt)}";
        var lines = (await registry.Send("auditor-1", HttpMethod.Get, path, accept: "application/x-ndjson")).Demand(200).Text;
        var rows = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)).ToList();
        Assert.Equal(hours, rows.Sum(r => Known(r) + Hour(r, "missing")));
        return new Sums(
            rows.Where(r => Known(r) > 0).ToDictionary(
                r => Key(step, r.GetProperty("startAt").GetString()![..13], r.GetProperty("on").GetString()!),
                r => (Wh(r, "kwh"), Wh(r, "estimatedKwh"), Hour(r, "measured"), Hour(r, "estimated"))),
            StringComparer.Ordinal);
    }

    private static int Known(JsonElement row) => Hour(row, "measured") + Hour(row, "estimated");

    private static int Hour(JsonElement row, string which) => row.GetProperty(which + "Hours").GetInt32();

    private static long Wh(JsonElement row, string member) => (long)(row.GetProperty(member).GetDecimal() * 1000);

    private static string Text(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}Z";

    private static string Text(DateTime utc) => Text(new DateTimeOffset(utc, TimeSpan.Zero));
}
