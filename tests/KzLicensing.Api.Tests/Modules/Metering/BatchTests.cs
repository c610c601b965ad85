using System.Globalization;
using System.Net.Sockets;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Npgsql;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>What becomes of whole files: sent again, corrected, partly bad, or in an order that nobody expects.</summary>
public sealed class BatchTests(Registry registry) : IClassFixture<Registry>
{
    private const string Header = "meteringPoint,startAt,kwh,quality\n";

    [Fact]
    public async Task The_same_file_after_a_correction_supersedes_the_correction()
    {
        await Point("R-1");
        var file = Files.Readings("R-1", new DateOnly(2026, 1, 1), 2, "10.000");
        Assert.Equal((48, 0, 0), Fate(await registry.Upload(file)));
        Assert.Equal((0, 48, 0), Fate(await registry.Upload(file)));

        Assert.Equal((0, 0, 1), Fate(await registry.Upload(Header + "R-1,2026-01-01T00:00:00Z,99,Measured\n")));
        Assert.Equal((0, 47, 1), Fate(await registry.Upload(file)));
        Assert.Equal((0, 48, 0), Fate(await registry.Upload(file)));
        Assert.Equal(480m, await Total("R-1", "2026-01-01", "2026-01-03"));
    }

    [Fact]
    public async Task A_stored_batch_is_sent_once_to_who_has_it()
    {
        await Point("R-31");
        var path = $"/v1/reading-batches/{(await registry.Upload(Files.Readings("R-31", new DateOnly(2026, 1, 1), 1))).Demand(201)["batchId"].GetString()}";
        var batch = (await registry.Get("grid-1", path)).Demand(200);
        Assert.NotNull(batch.ETag);
        (await registry.GetIfChanged("grid-1", path, batch.ETag!)).Demand(304);
        (await registry.GetIfChanged("grid-1", path, "\"0\"")).Demand(200);
    }

    [Fact]
    public async Task A_file_with_a_bad_line_is_read_again_when_it_comes_again()
    {
        await Point("R-2");
        var file = Header + "R-2,2026-01-01T00:00:00Z,1,Measured\nR-3,2026-01-01T00:00:00Z,2,Measured\n";
        Assert.Equal(1, (await registry.Upload(file, "partial")).Demand(201)["rejected"].GetInt32());
        await Point("R-3");
        Assert.Equal((1, 1, 0), Fate(await registry.Upload(file, "partial")));
        Assert.Equal(2m, await Total("R-3", "2026-01-01", "2026-01-02"));
    }

    [Fact]
    public async Task A_partial_load_of_bad_lines_only_stores_no_reading_and_every_error()
    {
        await Point("R-4");
        var lines = string.Concat(Enumerable.Range(0, 250).Select(i => $"R-4,2026-01-01T00:{i % 59 + 1:D2}:00Z,1,Measured\n"));
        var loaded = (await registry.Upload(Header + lines, "partial")).Demand(201);
        Assert.Equal((0, 0, 0), Fate(loaded));
        Assert.Equal((250, 100), (loaded["rejected"].GetInt32(), loaded["errors"].GetArrayLength()));

        var errors = $"/v1/reading-batches/{loaded["batchId"].GetString()}/errors";
        var first = (await registry.Get("grid-1", $"{errors}?limit=200")).Demand(200);
        var second = (await registry.Get("grid-1", $"{errors}?limit=200&cursor={first["nextCursor"].GetString()}")).Demand(200);
        Assert.Equal((200, 50), (first["items"].GetArrayLength(), second["items"].GetArrayLength()));
        Assert.Equal((202, 251), (second["items"][0].GetProperty("line").GetInt32(), second["items"][49].GetProperty("line").GetInt32()));

        var csv = await registry.GetCsv("grid-1", errors);
        Assert.Equal("text/csv", csv.Demand(200).ContentType);
        var rows = csv.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((251, "line,code,message"), (rows.Length, rows[0]));
        Assert.StartsWith("2,off-the-hour,", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_bad_lines_than_are_kept_are_no_partial_load()
    {
        var before = await registry.Written();
        var lines = new StringBuilder(Header).Insert(Header.Length, "x\n", 100_001).ToString();
        var refused = (await registry.Upload(lines, "partial")).DemandProblem(400, "readings-rejected");
        Assert.Equal((100_001, 100), (refused["rejected"].GetInt32(), refused["errors"].GetArrayLength()));
        Assert.Equal(("too-many-errors", 100_002),
            (refused["errors"][0].GetProperty("code").GetString(), refused["errors"][0].GetProperty("line").GetInt32()));
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task Days_that_come_in_pieces_far_apart_are_joined_and_an_hour_twice_is_found()
    {
        var points = Enumerable.Range(0, 12).Select(i => $"SPREAD-{i:D2}").ToArray();
        foreach (var point in points) await Point(point);
        var file = ByHour(points, days: 2_000, hours: 2);
        Assert.Equal((48_000, 0, 0), Fate(await registry.Upload(file)));
        Assert.Equal(4_000m * 1.5m, await Total(points[0], "2020-01-01", "2026-01-01"));
        Assert.Equal(24_000, await registry.Sql<long>("""
            SELECT count(*) FROM reading_days d JOIN metering_points p ON p.id = d.metering_point_id WHERE p.code LIKE 'SPREAD%'
            """));

        var refused = (await registry.Upload(file + file[Header.Length..])).DemandProblem(400, "readings-rejected");
        Assert.Equal("duplicate-hour", refused["errors"][0].GetProperty("code").GetString());
        Assert.Equal((48_002, 48_000), (refused["errors"][0].GetProperty("line").GetInt32(), refused["rejected"].GetInt32()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    public async Task An_hour_given_again_costs_its_line_in_a_partial_load_however_far_it_is_from_the_first(int between)
    {
        var (point, other) = ($"TWICE-{between}", $"OTHER-{between}");
        await Point(point);
        await Point(other);
        var days = Enumerable.Range(0, 3).Select(d => Files.Readings(point, new DateOnly(2026, 2, 1).AddDays(d), 1, "2")[Header.Length..])
            .ToArray();
        var filler = Files.Readings(other, new DateOnly(2025, 1, 1), 300, "1")[Header.Length..].Split('\n').Take(between)
            .Select(l => l + "\n");
        // The days come out of order; of the second one two hours come again with other values, and one of the first.
        var again = Line(point, new DateTime(2026, 2, 1, 19, 0, 0), 3, 9_000) + Line(point, new DateTime(2026, 2, 1, 19, 0, 0), 4, 8_000)
            + Line(point, new DateTime(2026, 1, 31, 19, 0, 0), 23, 7_000);
        var file = Header + days[1] + days[0] + string.Concat(filler) + again + days[2];
        var first = 2 + 48 + between;

        var refused = (await registry.Upload(file)).DemandProblem(400, "readings-rejected");
        Assert.Equal([(first, "duplicate-hour"), (first + 1, "duplicate-hour"), (first + 2, "duplicate-hour")], Problems(refused));
        var loaded = await registry.Upload(file, "partial");
        Assert.Equal((72 + between, 0, 0), Fate(loaded));
        Assert.Equal((75 + between, 3), (loaded["received"].GetInt32(), loaded["rejected"].GetInt32()));
        Assert.Equal(Problems(refused), Problems(loaded));
        Assert.Equal(144m, await Total(point, "2026-01-31", "2026-02-05"));
        Assert.Equal((0, 72 + between, 0), Fate(await registry.Upload(file, "partial")));
    }

    [Fact]
    public async Task A_file_of_two_months_years_apart_makes_no_other_months()
    {
        await Point("W-1");
        var before = await Months();
        Assert.Equal((2, 0, 0),
            Fate(await registry.Upload(Header + "W-1,2020-02-01T00:00:00Z,1,Measured\nW-1,2023-02-01T00:00:00Z,1,Measured\n")));
        Assert.InRange(await Months() - before, 0, 2);
    }

    [Fact]
    public async Task What_was_known_while_a_load_ran_is_told_alike_before_and_after_it_ends()
    {
        await Point("H-2");
        await registry.MoveClock("2026-11-02T10:00:00Z");
        await using var obstacle = await registry.OpenDatabase();
        await using (var transaction = await obstacle.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var inTheWay = new NpgsqlCommand("LOCK TABLE reading_day_history IN SHARE MODE", obstacle);
            await inTheWay.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var load = registry.Upload(Files.Readings("H-2", new DateOnly(2026, 5, 1), 1, "1"));
            while (await registry.Sql<long>(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'reading_day_history'::regclass") == 0)
                await Task.Delay(10, TestContext.Current.CancellationToken);

            await registry.MoveClock("2026-11-02T11:00:00Z");
            Assert.Equal(0, await Total("H-2", "2026-05-01", "2026-05-03", "&knownAt=2026-11-02T10:30:00Z"));
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
            Assert.Equal((24, 0, 0), Fate(await load));
        }

        Assert.Equal(0, await Total("H-2", "2026-05-01", "2026-05-03", "&knownAt=2026-11-02T10:30:00Z"));
        Assert.Equal(24, await Total("H-2", "2026-05-01", "2026-05-03", "&knownAt=2026-11-02T11:30:00Z"));
    }

    [Fact]
    public async Task What_was_known_after_each_batch_stays_readable()
    {
        await Point("H-1");
        var clock = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var random = new Random(7);
        var hours = new long[72];
        var known = new List<(string At, long Wh)>();
        for (var batch = 0; batch < 6; batch++)
        {
            await registry.MoveClock($"{clock.AddHours(batch):yyyy-MM-dd'T'HH:mm:ss'Z'}");
            for (var i = 0; i < 30; i++) hours[random.Next(72)] = random.Next(1, 9) * 1_000;
            var lines = hours.Index().Where(h => h.Item > 0).Select(h => Line("H-1", new DateTime(2026, 5, 1), h.Index, h.Item));
            (await registry.Upload(Header + string.Concat(lines))).Demand(201);
            known.Add(($"{clock.AddHours(batch).AddMinutes(30):yyyy-MM-dd'T'HH:mm:ss'Z'}", hours.Sum()));
        }

        foreach (var (at, wh) in known) Assert.Equal(wh / 1_000m, await Total("H-1", "2026-04-30", "2026-05-10", $"&knownAt={at}"));
    }

    [Fact]
    public async Task Many_at_once_with_the_same_key_have_one_effect()
    {
        await Point("K-1");
        var file = Files.Readings("K-1", new DateOnly(2026, 1, 1), 3);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => registry.Upload(file, key: "storm")));
        foreach (var answer in answers) Assert.Contains((int)answer.Status, new[] { 201, 409 });
        Assert.Single(answers.Where(a => (int)a.Status == 201).Select(a => a["batchId"].GetString()).Distinct());
        Assert.Equal(1, await registry.Sql<long>("SELECT count(*) FROM reading_batches WHERE received = 72"));
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_before_it_is_sent()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(registry.Http.BaseAddress!.Host, registry.Http.BaseAddress.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var head = $"POST /v1/readings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {await registry.BearerOf("grid-1")}\r\n" +
            "Content-Type: text/csv\r\nContent-Length: 3000000000\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Only_files_of_readings_are_read_and_only_from_a_grid_operator()
    {
        (await registry.Send("grid-1", HttpMethod.Post, "/v1/readings", "{}", contentType: "application/json"))
            .DemandProblem(415, "unsupported-media-type");
        (await registry.Send("grid-1", HttpMethod.Post, "/v1/readings", Header, contentType: "text/csv; charset=utf-16"))
            .DemandProblem(400, "unsupported-charset");
        (await registry.Upload(Header, "most")).DemandProblem(400, "invalid-input");
        (await registry.Send("tax-1", HttpMethod.Post, "/v1/readings", Header, contentType: "text/csv"))
            .DemandProblem(403, "permission-missing");
        (await registry.Get("grid-1", $"/v1/reading-batches/{Guid.CreateVersion7()}")).DemandProblem(404, "batch-not-found");
    }

    private async Task Point(string code) => (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code))).Demand(201);

    private async Task<decimal> Total(string code, string from, string to, string more = "") =>
        (await registry.Get("grid-1", $"/v1/metering-points/{code}/consumption?from={from}&to={to}&step=month{more}"))
            .Demand(200)["totalKwh"].GetDecimal();

    private static (int Accepted, int Unchanged, int Superseded) Fate(Answer loaded) =>
        (loaded.Demand(201)["accepted"].GetInt32(), loaded["unchanged"].GetInt32(), loaded["superseded"].GetInt32());

    private Task<long> Months() => registry.Sql<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'reading_days'::regclass");

    private static List<(int Line, string Code)> Problems(Answer answer) =>
        [.. answer["errors"].EnumerateArray().Select(e => (e.GetProperty("line").GetInt32(), e.GetProperty("code").GetString()!))];

    private static string ByHour(string[] points, int days, int hours)
    {
        var csv = new StringBuilder(Header);
        for (var hour = 0; hour < hours; hour++)
            for (var day = 0; day < days; day++)
                foreach (var point in points) csv.Append(Line(point, new DateTime(2020, 1, 1, 19, 0, 0).AddDays(day), hour, 1_500));
        return csv.ToString();
    }

    private static string Line(string point, DateTime start, int hour, long wh) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{point},{start.AddHours(hour):yyyy-MM-dd'T'HH:mm:ss'Z'},{wh / 1_000}.{wh % 1_000:D3},Measured\n");
}
