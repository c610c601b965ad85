using System.Net.Sockets;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

public sealed class ReadingsTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Header = "meteringPoint,startAt,kwh,quality\n";

    public async ValueTask InitializeAsync()
    {
        await registry.MoveClock("2026-06-01T00:00:00Z");
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-1"));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("MP-9,2026-01-01T00:00:00Z,1,Measured", "metering-point-unknown")]
    [InlineData("MP-1,2026-01-01T00:30:00Z,1,Measured", "off-the-hour")]
    [InlineData("MP-1,2026-01-01T00:00:01Z,1,Measured", "off-the-hour")]
    [InlineData("MP-1,2026-01-01T00:00:00,1,Measured", "zone-missing")]
    [InlineData("MP-1,2026-01-01 00:00:00Z,1,Measured", "instant-malformed")]
    [InlineData("MP-1,0001-01-01T00:00:00Z,1,Measured", "out-of-range")]
    [InlineData("MP-1,2026-02-29T00:00:00Z,1,Measured", "out-of-range")]
    [InlineData("MP-1,2026-06-01T00:00:00Z,1,Measured", "reading-in-future")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,-1,Measured", "kwh-negative")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1,5,Measured", "line-malformed")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,NaN,Measured", "kwh-malformed")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1e3,Measured", "kwh-malformed")]
    [InlineData("MP-9,2026-01-01T00:00:00Z,,Measured", "metering-point-unknown")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,\"1,5\",Measured", "kwh-malformed")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,\"1\n\",Measured", "quotes-malformed", 2)]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1000000000,Measured", "kwh-out-of-range")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1.0001,Measured", "kwh-too-precise")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1,measured", "quality-unknown")]
    [InlineData("MP-1,2026-01-01T0", "line-malformed")]
    [InlineData("MP-1,2026-01-02T00:00:00Z,1,Measured\nMP-1,2026-01-02T00:00:00Z,2,Measured", "duplicate-hour")]
    public async Task A_bad_line_is_named_and_nothing_is_stored(string lines, string code, int rejected = 1)
    {
        var before = await registry.Written();
        var refused = (await registry.Upload(Header + "MP-1,2026-01-01T05:00:00Z,1,Measured\n" + lines))
            .DemandProblem(400, "readings-rejected");
        Assert.Equal(rejected, refused["errors"].GetArrayLength());
        var error = refused["errors"][0];
        Assert.Equal((code, 4L + lines.Count(c => c == '\n') - rejected),
            (error.GetProperty("code").GetString(), error.GetProperty("line").GetInt64()));
        Assert.Equal(before, await registry.Written());
        Assert.Equal(0, await registry.Sql<long>("SELECT count(*) FROM reading_days WHERE day = '2026-01-02' OR day = '2026-01-01'"));
    }

    [Theory]
    [InlineData("", "file-empty")]
    [InlineData(Header, "file-empty")]
    [InlineData("code,at,kwh\n", "header-unknown")]
    [InlineData("meteringPoint;startAt;kwh;quality\nMP-1;2026-01-01T00:00:00Z;1;Measured\n", "header-unknown")]
    [InlineData("\uFEFF" + Header + "MP-1,2026-01-01T00:00:00Z,1,Measured\n", "byte-order-mark")]
    public async Task A_file_that_is_wrong_as_a_whole_is_refused_in_both_modes(string file, string code)
    {
        foreach (var mode in new[] { "atomic", "partial" })
        {
            var refused = (await registry.Upload(file, mode)).DemandProblem(400, "readings-rejected");
            Assert.Equal(code, refused["errors"][0].GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_partial_load_keeps_the_good_lines_and_remembers_the_others()
    {
        var loaded = (await registry.Upload(Header + "MP-1,2026-02-01T00:00:00Z,1,Measured\nMP-1,2026-02-01T01:00:00Z,x,Measured\n",
            "partial")).Demand(201);
        Assert.Equal((2, 1, 1), (loaded["received"].GetInt32(), loaded["accepted"].GetInt32(), loaded["rejected"].GetInt32()));
        var batch = $"/v1/reading-batches/{loaded["batchId"].GetString()}";
        Assert.Equal(1, (await registry.Get("grid-2", batch)).Demand(200)["rejected"].GetInt32());
        var error = Assert.Single((await registry.Get("grid-1", batch + "/errors")).Demand(200)["items"].EnumerateArray());
        Assert.Equal((3, "kwh-malformed"), (error.GetProperty("line").GetInt32(), error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_file_as_a_spreadsheet_writes_it_is_taken()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-4"));
        const string file =
            "\"meteringPoint\",\"startAt\",kwh,\"quality\"\r\n\"MP-4\",\"2026-03-01T05:00:00+0500\",\"1.5\",\"Measured\"\r\n"
            + "MP-4,\"2026-03-01T01:00:00Z\",2,Measured\r\n\r\n";
        var loaded = (await registry.Upload(file)).Demand(201);
        Assert.Equal((2, 2), (loaded["received"].GetInt32(), loaded["accepted"].GetInt32()));
        var read = (await registry.Get("grid-1", "/v1/metering-points/MP-4/consumption?from=2026-03-01&to=2026-03-02&step=hour"))
            .Demand(200);
        Assert.Equal([1.5m, 2m], read["items"].EnumerateArray()
            .Where(i => i.GetProperty("kwh").ValueKind != System.Text.Json.JsonValueKind.Null)
            .Select(i => i.GetProperty("kwh").GetDecimal()).Where(kwh => kwh > 0));
    }

    [Fact]
    public async Task An_hour_without_a_value_is_received_and_changes_nothing_and_an_empty_line_may_only_end_the_file()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-5"));
        await registry.Upload(Header + "MP-5,2026-03-01T00:00:00Z,7,Measured\n");
        const string gaps = "MP-5,2026-03-01T00:00:00Z,,Measured\nMP-5,2026-03-01T01:00:00Z,\"\",\n";
        foreach (var (mode, unchanged) in new[] { ("atomic", 2), ("partial", 3) })
        {
            var loaded = (await registry.Upload(Header + gaps + "MP-5,2026-03-01T02:00:00Z,1,Measured\n\n\n", mode)).Demand(201);
            Assert.Equal((3, 3 - unchanged, unchanged, 2, 0), (loaded["received"].GetInt32(), loaded["accepted"].GetInt32(),
                loaded["unchanged"].GetInt32(), loaded["gaps"].GetInt32(), loaded["rejected"].GetInt32()));
        }

        Assert.Equal(8m, (await registry.Get("grid-1", "/v1/metering-points/MP-5/consumption?from=2026-03-01&to=2026-03-02&step=day"))
            .Demand(200)["totalKwh"].GetDecimal());
        var refused = (await registry.Upload(Header + "\n\n" + gaps)).DemandProblem(400, "readings-rejected");
        Assert.Equal([(2, "line-blank"), (3, "line-blank")],
            refused["errors"].EnumerateArray().Select(e => (e.GetProperty("line").GetInt32(), e.GetProperty("code").GetString())));
    }

    [Fact]
    public async Task The_same_again_is_unchanged_another_value_supersedes_and_the_old_one_stays_readable()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-2"));
        var file = Files.Readings("MP-2", new DateOnly(2026, 3, 1), 2, "10.500");
        Assert.Equal(48, (await registry.Upload(file)).Demand(201)["accepted"].GetInt32());
        var between = (await registry.Send(null, HttpMethod.Get, "/sandbox/clock"))["now"].GetString();
        Assert.Equal(48, (await registry.Upload(file)).Demand(201)["unchanged"].GetInt32());
        await registry.MoveClock("2026-06-02T00:00:00Z");

        var corrected = (await registry.Upload(Header + "MP-2,2026-03-01T00:00:00Z,11,Estimated\n")).Demand(201);
        Assert.Equal((1, 1), (corrected["received"].GetInt32(), corrected["superseded"].GetInt32()));
        var consumption = "/v1/metering-points/MP-2/consumption?from=2026-03-01&to=2026-03-03&step=day";
        var now = (await registry.Get("grid-1", consumption)).Demand(200);
        Assert.Equal((504.5m, 11m), (now["totalKwh"].GetDecimal(), now["items"][0].GetProperty("estimatedKwh").GetDecimal()));
        var then = (await registry.Get("grid-1", $"{consumption}&knownAt={between}")).Demand(200);
        Assert.Equal(504m, then["totalKwh"].GetDecimal());
    }

    [Fact]
    public async Task A_body_that_is_cut_stores_nothing()
    {
        var before = await registry.Written();
        using var client = new TcpClient();
        await client.ConnectAsync(registry.Http.BaseAddress!.Host, registry.Http.BaseAddress.Port, TestContext.Current.CancellationToken);
        var token = (await registry.BearerOf("grid-1"))!;
        var stream = client.GetStream();
        var head = $"POST /v1/readings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: "
            + "text/csv\r\nContent-Length: 100000\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + Header + "MP-1,2026-04-01T00:00:00Z,1,Measured\n"),
            TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        try
        {
            await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server may drop the line as well as answer.
        }

        Assert.Equal(0, await registry.Sql<long>("SELECT count(*) FROM reading_days WHERE day = '2026-04-01'"));
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_key_with_the_same_file_replays_and_with_another_is_refused()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("MP-3"));
        var file = Files.Readings("MP-3", new DateOnly(2026, 3, 1), 1);
        var first = (await registry.Upload(file, key: "load-1")).Demand(201);
        var again = (await registry.Upload(file, key: "load-1")).Demand(201);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        (await registry.Upload(file.Replace("10000", "10001", StringComparison.Ordinal), key: "load-1"))
            .DemandProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task The_months_to_come_have_their_place_before_readings_arrive()
    {
        await registry.MoveClock("2031-11-15T06:00:00Z");
        foreach (var month in new[] { "2031_11", "2031_12", "2032_01" })
            Assert.True(await registry.Sql<bool>($"SELECT to_regclass('reading_days_{month}') IS NOT NULL"), month);
    }
}
