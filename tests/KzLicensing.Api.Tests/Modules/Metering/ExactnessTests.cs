using System.Globalization;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>After any sequence of loads, corrections and replays the sums equal an independent recount, in integers.</summary>
public sealed class ExactnessTests(Registry registry) : IClassFixture<Registry>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sums_equal_a_recount_of_all_files(int seed)
    {
        var random = new Random(seed);
        var points = Enumerable.Range(0, 4).Select(i => $"X-{seed}-{i}").ToArray();
        foreach (var point in points) (await registry.Post("grid-1", "/v1/metering-points", Files.Point(point))).Demand(201);
        var known = new Dictionary<(string, int), long>();
        var totals = (Accepted: 0L, Unchanged: 0L, Superseded: 0L);
        for (var batch = 0; batch < 12; batch++)
        {
            var (file, hours) = RandomFile(random, points);
            var loaded = (await registry.Upload(file)).Demand(201);
            totals = (totals.Accepted + loaded["accepted"].GetInt64(), totals.Unchanged + loaded["unchanged"]
                .GetInt64(), totals.Superseded + loaded["superseded"].GetInt64());
            Assert.Equal(hours.Count(h => !known.ContainsKey(h.Key)), loaded["accepted"].GetInt64());
            Assert.Equal(hours.Count(h => known.TryGetValue(h.Key, out var wh) && wh != h.Value), loaded["superseded"].GetInt64());
            foreach (var (hour, wh) in hours) known[hour] = wh;
        }

        foreach (var point in points)
        {
            var answer = (await registry.Get("grid-1", $"/v1/metering-points/{point}/consumption?from=2026-01-01&to=2026-02-01&step=month"))
                .Demand(200);
            var mine = known.Where(k => k.Key.Item1 == point).ToList();
            Assert.Equal(mine.Sum(k => k.Value), (long)(answer["totalKwh"].GetDecimal() * 1000));
            Assert.Equal(31 * 24 - mine.Count, answer["items"][0].GetProperty("missingHours").GetInt32());
        }
    }

    [Fact]
    public async Task Two_batches_for_the_same_days_at_once_both_end_right()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("RACE"))).Demand(201);
        var files = Enumerable.Range(1, 8).Select(i => Files.Readings("RACE", new DateOnly(2026, 1, 1), 5, $"{i}.000")).ToArray();
        var answers = await Task.WhenAll(files.Select(f => registry.Upload(f)));
        foreach (var answer in answers) answer.Demand(201);
        Assert.Equal(120, answers.Sum(a => a["accepted"].GetInt64()));
        Assert.Equal(7 * 120, answers.Sum(a => a["superseded"].GetInt64()));
        var day = (await registry.Get("grid-1", "/v1/metering-points/RACE/consumption?from=2026-01-01&to=2026-01-06&step=quarter"))
            .Demand(200);
        Assert.Contains(day["totalKwh"].GetDecimal(), Enumerable.Range(1, 8).Select(i => i * 120m));
    }

    private static (string File, Dictionary<(string, int), long> Hours) RandomFile(Random random, string[] points)
    {
        var hours = new Dictionary<(string, int), long>();
        foreach (var point in points)
        {
            var start = random.Next(31 * 24);
            var end = Math.Min(start + random.Next(1, 200), 31 * 24);
            for (var hour = start; hour < end; hour++) hours[(point, hour)] = random.Next(3) * 1_000 + random.Next(2);
        }

        var csv = new StringBuilder("meteringPoint,startAt,kwh,quality\n");
        var first = new DateTime(2025, 12, 31, 19, 0, 0, DateTimeKind.Utc);
        foreach (var ((point, hour), wh) in hours.OrderBy(_ => random.Next()))
            csv.Append(CultureInfo.InvariantCulture,
                $"{point},{first.AddHours(hour):yyyy-MM-dd'T'HH:mm:ss}Z,{wh / 1000}.{wh % 1000:D3},Measured\n");
        return (csv.ToString(), hours);
    }
}
