using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>Messages of one sender and day stand in the order of their numbers, however they come.</summary>
public sealed class MessageOrderTests(Registry registry, TestCluster cluster) : IClassFixture<Registry>
{
    [Theory]
    [InlineData("atomic")]
    [InlineData("partial")]
    public async Task An_older_message_that_comes_later_does_not_undo_a_correction_and_says_so(string mode)
    {
        var code = await Point($"O-1-{mode}");
        Assert.Equal((1, 0, 0, 0, null), Fate(await Upload(Message(code, "17", "10"), mode)));
        Assert.Equal((0, 0, 1, 0, null), Fate(await Upload(Message(code, "18", "20"), mode)));
        foreach (var _ in new[] { 1, 2 })
        {
            var third = await Upload(Message(code, "17", "10"), mode);
            Assert.Equal((0, 1, 0, 1, 18), Fate(third));
            var batch = (await registry.Get("grid-1", $"/v1/reading-batches/{third["batchId"].GetString()}")).Demand(200);
            Assert.Equal((1, 1, 1), (batch["received"].GetInt32(), batch["unchanged"].GetInt32(), batch["outdated"].GetInt32()));
        }

        Assert.Equal((0, 1, 0, 0, null), Fate(await Upload(Message(code, "18", "20"), mode)));
        Assert.Equal((0, 1, 0, 1, 18), Fate(await Upload(Message(code, "17", "11"), mode)));
        Assert.Equal(20m, await Total(code));
        Assert.Equal(2, await registry.Sql<long>(
            $"SELECT count(*) FROM reading_message_hours h JOIN metering_points p ON p.id = metering_point_id WHERE code = '{code}'"));
    }

    [Theory]
    [InlineData("10", "20260110040922", "9", "20260111040922")]
    [InlineData("018", "20260110040922", "17", "20260110040922")]
    [InlineData("17", "20260110040923", "17", "20260110040922")]
    [InlineData("17", "20260110040923", "17", "")]
    public async Task The_number_is_a_number_and_the_time_of_writing_decides_between_equal_ones(string newer, string at, string older,
        string before)
    {
        var code = await Point($"O-2-{newer}-{at}-{older}-{before}");
        await Upload(Message(code, newer, "20", at: at));
        Assert.Equal(1, Fate(await Upload(Message(code, older, "10", at: before))).Outdated);
        Assert.Equal(20m, await Total(code));
    }

    [Fact]
    public async Task What_has_no_number_or_another_sender_comes_when_it_comes()
    {
        var code = await Point("O-3");
        await Upload(Message(code, "18", "20"));
        Assert.Equal((0, 0, 1, 0, null), Fate(await Upload(Message(code, "17", "30", sender: "020240000555"))));
        Assert.Equal((0, 0, 1, 0, null), Fate(await Upload(Message(code, "", "40"))));
        Assert.Equal((0, 0, 1, 0, null), Fate(await Upload(Message(code, "1", "50", sender: ""))));
        Assert.Equal(1, (await registry.Upload($"meteringPoint,startAt,kwh,quality\n{code},2026-01-05T00:00:00+05:00,60,Measured\n"))
            .Demand(201)["superseded"].GetInt32());
        Assert.Equal((0, 1, 0, 1, 18), Fate(await Upload(Message(code, "17", "10"))));
        Assert.Equal(60m, await Total(code));
        Assert.Equal((0, 0, 1, 0, null), Fate(await Upload(Message(code, "18", "20"))));
        Assert.Equal(20m, await Total(code));
    }

    [Fact]
    public async Task Hours_of_which_the_newer_message_says_nothing_are_taken_from_the_older_one()
    {
        var (code, other) = (await Point("O-4"), await Point("O-5"));
        await Upload(Message(code, "18", ["20", "", "-1"]), "partial");
        Assert.Equal((2, 1, 0, 1, 18), Fate(await Upload(Message(code, "17", ["10", "11", "12"]))));
        Assert.Equal(43m, await Total(code));
        Assert.Equal((1, 0, 0, 0, null), Fate(await Upload(Message(other, "16", "5"))));
    }

    [Fact]
    public async Task In_whatever_order_messages_come_the_same_stands_in_the_end()
    {
        string[][] messages = [["1", "10", "10", "10", ""], ["2", "", "20", "20", "20"], ["3", "30", "", "30", ""]];
        foreach (var order in Orders(messages))
        {
            var code = await Point($"O-6-{string.Concat(order.Select(m => m[0]))}");
            foreach (var message in order) await Upload(Message(code, message[0], message[1..]));
            var read = (await registry.Get("grid-1", $"/v1/metering-points/{code}/consumption?from=2026-01-05&to=2026-01-06&step=hour"))
                .Demand(200);
            Assert.Equal([30m, 20m, 30m, 20m], read["items"].EnumerateArray().Take(4).Select(i => i.GetProperty("kwh").GetDecimal()));
        }
    }

    [Fact]
    public async Task Two_processes_that_take_messages_at_once_agree_on_the_newest()
    {
        await using var beside = new Beside(cluster, registry.AppConnectionString);
        await beside.InitializeAsync();
        for (var round = 0; round < 8; round++)
        {
            var code = await Point($"O-7-{round}");
            Registry[] processes = [registry, beside];
            await Task.WhenAll(Enumerable.Range(17, 4).Select(async number => (await processes[number % 2]
                .UploadBytes(Encoding.UTF8.GetBytes(Message(code, $"{number}", $"{number}")), "application/xml")).Demand(201)));
            Assert.Equal(20m, await Total(code));
        }
    }

    [Fact]
    public async Task A_replay_answers_what_was_answered_and_undoes_nothing()
    {
        var code = await Point("O-8");
        var old = Message(code, "17", "10");
        var first = (await registry.Send("grid-1", HttpMethod.Post, "/v1/readings", old, key: "message-17", contentType: "application/xml"))
            .Demand(201);
        await Upload(Message(code, "18", "20"));
        var replay = (await registry.Send("grid-1", HttpMethod.Post, "/v1/readings", old, key: "message-17",
            contentType: "application/xml")).Demand(201);
        Assert.Equal(first.Text, replay.Text);
        Assert.Equal(20m, await Total(code));
    }

    [Theory]
    [InlineData("number=\"17\"", "number=\"17a\"", "xml-number-malformed")]
    [InlineData("number=\"17\"", "number=\"-1\"", "xml-number-malformed")]
    [InlineData("number=\"17\"", "number=\"99999999999999999999\"", "xml-number-malformed")]
    [InlineData("20260110040922", "2026-01-10T04:09:22", "xml-timestamp-malformed")]
    [InlineData("<sender><inn>", "<sender><inn>12345678901234567890123456789012345678901234567890123456789012345", "xml-sender-malformed")]
    [InlineData("</sender>", "</sender><sender><inn>another</inn></sender>", "xml-sender-malformed")]
    [InlineData("</timestamp>", "</timestamp><timestamp>20270110040922</timestamp>", "xml-timestamp-malformed")]
    public async Task What_orders_messages_is_well_formed_or_refused_by_name(string part, string instead, string code)
    {
        var before = await registry.Written();
        var file = Message("O-9", "17", "1").Replace(part, instead, StringComparison.Ordinal);
        var refused = (await registry.UploadBytes(Encoding.UTF8.GetBytes(file), "application/xml")).DemandProblem(400, "readings-rejected");
        Assert.Equal(code, refused["errors"][0].GetProperty("code").GetString());
        Assert.Equal(before, await registry.Written());
    }

    private static IEnumerable<T[]> Orders<T>(T[] items) =>
        items.Length < 2
            ? [items]
            : items.SelectMany((first, at) => Orders([.. items[..at], .. items[(at + 1)..]]).Select(rest => (T[])[first, .. rest]));

    private async Task<string> Point(string code)
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code))).Demand(201);
        return code;
    }

    private async Task<Answer> Upload(string file, string mode = "atomic") =>
        (await registry.UploadBytes(Encoding.UTF8.GetBytes(file), "application/xml", query: $"?mode={mode}")).Demand(201);

    private async Task<decimal> Total(string code) =>
        (await registry.Get("grid-1", $"/v1/metering-points/{code}/consumption?from=2026-01-05&to=2026-01-06&step=day"))
            .Demand(200)["totalKwh"].GetDecimal();

    private static (int Accepted, int Unchanged, int Superseded, int Outdated, int? NewerMessage) Fate(Answer loaded)
    {
        var newer = loaded["newerMessage"];
        return (loaded["accepted"].GetInt32(), loaded["unchanged"].GetInt32(), loaded["superseded"].GetInt32(), loaded["outdated"]
            .GetInt32(),
            newer.ValueKind is System.Text.Json.JsonValueKind.Null ? null : newer.GetInt32());
    }

    private static string Message(string point, string number, string kwh, string at = "20260110040922", string sender = Files.Kegoc) =>
        Message(point, number, [kwh], at, sender);

    /// <summary>The first hours of one day.</summary>
    private static string Message(string point, string number, string[] kwh, string at = "20260110040922", string sender = Files.Kegoc) =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <message class="80020" version="2" number="{number}">
        <datetime><timestamp>{at}</timestamp><daylightsavingtime>0</daylightsavingtime><day>20260105</day></datetime>
        <sender><inn>{sender}</inn><name>A</name></sender>
        <area><inn>{sender}</inn><name>A</name><measuringpoint code="{point}" name="p"><measuringchannel code="01" desc="a">
        {string.Concat(kwh.Select((value, hour) => $"<period start=\"{hour:D2}00\" end=\"{hour + 1:D2}00\"><value>{value}</value></period>"))}
        </measuringchannel></measuringpoint></area></message>
        """;

    /// <summary>The program once more on the same database.</summary>
    private sealed class Beside(TestCluster cluster, string connectionString) : Registry(cluster)
    {
        protected override string ConnectionString => connectionString;
    }
}
