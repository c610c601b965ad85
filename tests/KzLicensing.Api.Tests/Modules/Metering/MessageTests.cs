using System.Globalization;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>Readings as the exchange message 80020.</summary>
public sealed class MessageTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await registry.Post("grid-1", "/v1/metering-points", Files.Point("X-1"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Half_hours_add_up_to_hours_and_a_status_marks_an_estimate()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("X-2"));
        var periods = string.Concat(Enumerable.Range(0, 48).Select(i => Period(i * 30, 30, "10.5", i == 5 ? " status=\"1\"" : "")));
        var other = $"<measuringchannel code=\"03\" desc=\"реактивная\">{Period(0, 60, "7")}</measuringchannel>";
        var file = Message("20260105", "X-2", periods, other).Replace("UTF-8", "windows-1251", StringComparison.Ordinal);
        var loaded = (await registry.UploadBytes(CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(file), "application/xml"))
            .Demand(201);
        Assert.Equal((24, 24, 1), (loaded["received"].GetInt32(), loaded["accepted"].GetInt32(), loaded["ignored"].GetInt32()));
        var day = (await registry.Get("grid-1", "/v1/metering-points/X-2/consumption?from=2026-01-05&to=2026-01-06&step=day")).Demand(200);
        Assert.Equal((504m, 21m), (day["totalKwh"].GetDecimal(), day["items"][0].GetProperty("estimatedKwh").GetDecimal()));
    }

    [Fact]
    public async Task A_day_before_the_change_of_zone_is_the_civil_day_of_its_place()
    {
        var change = new Action<System.Text.Json.Nodes.JsonObject>(p => p["from"] = "2024-01-01");
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("X-3", change: change))).Demand(201);
        var periods = string.Concat(Enumerable.Range(0, 24).Select(h => Period(h * 60, 60, $"{h}")));
        Assert.Equal(24, (await Upload(Message("20240110", "X-3", periods))).Demand(201)["accepted"].GetInt32());
        // Region 35 was at UTC+6: its midnight is 18:00 UTC, an hour before the legal day of today.
        Assert.Equal(2, await registry.Sql<long>(
            "SELECT count(*) FROM reading_days d JOIN metering_points p ON p.id = metering_point_id WHERE p.code = 'X-3'"));
        Assert.Equal(23_000, await registry.Sql<int>("""
            SELECT wh[23] FROM reading_days d JOIN metering_points p ON p.id = metering_point_id WHERE p.code = 'X-3' AND day = '2024-01-10'
            """));
        var read = (await registry.Get("grid-1", "/v1/metering-points/X-3/consumption?from=2024-01-10&to=2024-01-11&step=hour"))
            .Demand(200);
        Assert.Equal(Enumerable.Range(0, 24).Select(h => (decimal)h), read["items"].EnumerateArray()
            .Select(i => i.GetProperty("kwh").GetDecimal()));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(30)]
    public async Task The_day_of_25_hours_gives_its_last_hour_twice(int minutes)
    {
        var code = $"X-4-{minutes}";
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code, change: p => p["from"] = "2024-01-01"))).Demand(201);
        var day = string.Concat(Enumerable.Range(0, 1_440 / minutes).Select(i => Period(i * minutes, minutes, $"{i * minutes / 60}")));
        var again = string.Concat(Enumerable.Range(0, 60 / minutes).Select(i => Period(1_380 + i * minutes, minutes, "24")));
        await Refused(Message("20240228", code, day + again), "duplicate-hour", 9);
        await Refused(Message("20240229", code, day + again + again), "duplicate-hour", 9);
        Assert.Equal(25, (await Upload(Message("20240229", code, day + again))).Demand(201)["accepted"].GetInt32());
        var read = (await registry.Get("grid-1", $"/v1/metering-points/{code}/consumption?from=2024-02-29&to=2024-03-01&step=hour"))
            .Demand(200);
        Assert.Equal(
            Enumerable.Range(0, 25).Select(h => (decimal)h * 60 / minutes), read["items"].EnumerateArray()
                .Select(i => i.GetProperty("kwh").GetDecimal()));
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(60, false)]
    [InlineData(30, true)]
    [InlineData(30, false)]
    public async Task Summer_marks_the_first_copy_of_the_hour_that_comes_twice_in_whatever_order_they_stand(int minutes, bool markedFirst)
    {
        var code = $"X-5-{minutes}-{markedFirst}";
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point(code, change: p => p["from"] = "2024-01-01"))).Demand(201);
        const string mark = " summer=\"1\"";
        var day = string.Concat(Enumerable.Range(0, 1_380 / minutes).Select(i => Period(i * minutes, minutes, "1", period: mark)));
        string Copy(string kwh, string period) =>
            string.Concat(Enumerable.Range(0, 60 / minutes).Select(i => Period(1_380 + i * minutes, minutes, kwh, period: period)));
        var (summer, winter) = (Copy("23", mark), Copy("24", " summer=\"0\""));
        await Refused(Message("20240229", code, day + summer + summer), "duplicate-hour", 9);
        await Refused(Message("20240229", code, day + summer + winter + winter), "duplicate-hour", 9);
        Assert.Equal(25, (await Upload(Message("20240229", code, day + (markedFirst ? summer + winter : winter + summer))))
            .Demand(201)["accepted"].GetInt32());
        var read = (await registry.Get("grid-1", $"/v1/metering-points/{code}/consumption?from=2024-02-29&to=2024-03-01&step=hour"))
            .Demand(200);
        Assert.Equal([23m * 60 / minutes, 24m * 60 / minutes], read["items"].EnumerateArray().TakeLast(2)
            .Select(i => i.GetProperty("kwh").GetDecimal()));
    }

    [Fact]
    public async Task What_else_the_layout_has_is_counted_and_left_aside()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("X-6"));
        const string hour = "<period start=\"0000\" end=\"0100\"><value status=\"0\" errofmeasuring=\"0.5\" exstendedstatus=\"1114\" "
            + "param1=\"7\">5</value></period>";
        var others = string.Concat(new[] { "02", "3", "04" }.Select(c => $"<measuringchannel code=\"{c}\">{hour}</measuringchannel>"));
        var file = Message("20260105", "X-6", hour, others)
            .Replace("<measuringchannel code=\"01\"", "<measuringchannel code=\"1\"", StringComparison.Ordinal)
            .Replace("</area>", $"""
                <accountpoint code="X-6" name="a"><measuringchannel code="01" desc="a">{hour}</measuringchannel></accountpoint>
                <deliverypoint code="X-6" name="d"><measuringchannel code="01" desc="a">{hour}</measuringchannel></deliverypoint>
                <deliverygroup code="X-6" name="g">{hour}</deliverygroup>
                <peretok codefrom="X-6" codeto="X-1" name="p">{hour}</peretok></area>
                """, StringComparison.Ordinal);
        var loaded = (await Upload(file)).Demand(201);
        Assert.Equal((1, 1, 7), (loaded["received"].GetInt32(), loaded["accepted"].GetInt32(), loaded["ignored"].GetInt32()));
        Assert.Equal(5_000, await registry.Sql<long>(
            "SELECT sum(day_wh)::bigint FROM reading_days d JOIN metering_points p ON p.id = metering_point_id WHERE code = 'X-6'"));

        var aside = (await Upload(file.Replace("<measuringchannel code=\"1\"", "<measuringchannel code=\"02\"", StringComparison.Ordinal)))
            .Demand(201);
        Assert.Equal((0, 8), (aside["received"].GetInt32(), aside["ignored"].GetInt32()));
    }

    [Fact]
    public async Task A_channel_that_the_layout_does_not_know_is_refused_by_name()
    {
        foreach (var code in new[] { "05", "001", "", "А" })
        {
            var file = Message("20260107", "X-1", Period(0, 60, "1")).Replace("code=\"01\"", $"code=\"{code}\"", StringComparison.Ordinal);
            await Refused(file, "channel-unknown", 9);
        }

        await Refused(Message("20260107", "X-1", Period(0, 60, "1"))
            .Replace(" code=\"01\"", "", StringComparison.Ordinal), "channel-unknown", 9);
    }

    [Theory]
    [InlineData("<period start=\"0000\" end=\"0100\"><value/></period>")]
    [InlineData("<period start=\"0000\" end=\"0100\"><value status=\"1\"> </value></period>")]
    [InlineData("<period start=\"0000\" end=\"0100\"/>")]
    [InlineData("<period start=\"0000\" end=\"0100\" status=\"1\"><value>0</value></period>")]
    [InlineData(
        "<period start=\"0000\" end=\"0030\"><value>7</value></period><period start=\"0030\" end=\"0100\"><value></value></period>")]
    public async Task A_value_that_is_not_there_is_a_gap_and_what_is_known_stays(string missing)
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("X-7"));
        var known = Message("20260105", "X-7", Period(0, 60, "12") + Period(60, 60, "13"));
        var gap = Message("20260105", "X-7", missing + Period(60, 60, "13"));
        await Upload(known);
        foreach (var mode in new[] { "atomic", "partial" })
        {
            var loaded = (await registry.UploadBytes(Encoding.UTF8.GetBytes(gap), "application/xml", query: $"?mode={mode}")).Demand(201);
            Assert.Equal((2, 0, 2, 0, 0, 1), Counts(loaded));
            var batch = (await registry.Get("grid-1", $"/v1/reading-batches/{loaded["batchId"].GetString()}")).Demand(200);
            Assert.Equal((2, 0, 2, 0, 0, 1), Counts(batch));
        }

        var read = (await registry.Get("grid-1", "/v1/metering-points/X-7/consumption?from=2026-01-05&to=2026-01-06&step=day")).Demand(200);
        Assert.Equal(25m, read["totalKwh"].GetDecimal());
    }

    [Theory]
    [InlineData("application/xml; charset=windows-1251", "windows-1251", 1251)]
    [InlineData("application/xml; charset=\"Windows-1251\"", "cp1251", 1251)]
    [InlineData("application/xml; charset=cp1251", null, 1251)]
    [InlineData("application/xml", "CP1251", 1251)]
    [InlineData("text/xml", "windows-1251", 1251)]
    [InlineData("text/xml; charset=utf-8", "UTF-8", 65001)]
    [InlineData("text/xml", null, 65001)]
    [InlineData("application/xml; charset=utf-8", "windows-1251", 0)]
    [InlineData("application/xml; charset=windows-1251", "utf-8", 0)]
    [InlineData("application/xml", "windows-1251", 65001, true)]
    [InlineData("application/xml; charset=windows-1251", null, 65001, true)]
    [InlineData("application/xml", "utf-8", 65001, true)]
    public async Task Header_declaration_and_mark_name_the_encoding_and_agree(string contentType, string? declared, int codePage,
        bool marked = false)
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("X-8"));
        var file = Message("20260105", "X-8", Period(0, 60, "1"))
            .Replace(" encoding=\"UTF-8\"", declared is null ? "" : $" encoding='{declared}'", StringComparison.Ordinal);
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? new UTF8Encoding(marked);
        var answer = await registry.UploadBytes([.. marked ? encoding.GetPreamble() : [], .. encoding.GetBytes(file)], contentType);
        var agree = codePage != 0 && !(marked && (declared ?? contentType).Contains("1251", StringComparison.Ordinal));
        if (agree) Assert.Equal(1, answer.Demand(201)["received"].GetInt32());
        else Assert.Equal("xml-encoding-contradicts", Code(answer.DemandProblem(400, "readings-rejected")));
    }

    [Fact]
    public async Task Bytes_that_are_not_of_the_encoding_are_refused_by_name()
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(Message("20260105", "X-1", Period(0, 60, "1")));
        Assert.Equal("xml-encoding-broken",
            Code((await registry.UploadBytes(bytes, "application/xml")).DemandProblem(400, "readings-rejected")));
        (await registry.UploadBytes(bytes, "application/xml; charset=koi8-r")).DemandProblem(400, "unsupported-charset");
    }

    [Fact]
    public Task An_empty_file_is_wrong_in_its_first_line() => Refused("", "xml-malformed", 1);

    [Theory]
    [InlineData("<period start=\"0000\" end=\"0030\"><value>1</value></period>", "half-hour-missing")]
    [InlineData("<period start=\"0000\" end=\"0045\"><value>1</value></period>", "period-malformed")]
    [InlineData("<period start=\"0015\" end=\"0115\"><value>1</value></period>", "period-malformed")]
    [InlineData("<period start=\"2400\" end=\"0100\"><value>1</value></period>", "period-malformed")]
    [InlineData("<period end=\"0100\"><value>1</value></period>", "period-malformed")]
    [InlineData("<period start=\"0000\" end=\"0100\"><value>1,5</value></period>", "kwh-malformed")]
    [InlineData("<period start=\"0000\" end=\"0100\"><value>NaN</value></period>", "kwh-malformed")]
    [InlineData("<period start=\"0000\" end=\"0100\"><value>-1</value></period>", "kwh-negative")]
    [InlineData("<period start=\"0000\" end=\"0100\"><value>1</value><value>1</value></period>", "kwh-malformed")]
    [InlineData("<period start=\"0000\" end=\"0030\"/><period start=\"0030\" end=\"0100\"><value>1</value><value>2</value></period>",
        "kwh-malformed")]
    [InlineData(
        "<period start=\"0000\" end=\"0100\"><value>1</value></period><period start=\"0000\" end=\"0030\"><value>1</value></period>",
            "duplicate-hour")]
    [InlineData(
        "<period start=\"0000\" end=\"0030\"><value>2000000</value></period><period start=\"0030\" "
            + "end=\"0100\"><value>2000000</value></period>", "kwh-out-of-range")]
    public async Task A_bad_hour_is_named_and_nothing_is_stored(string periods, string code) =>
        await Refused(Message("20260106", "X-1", periods), code, 9);

    [Theory]
    [InlineData("class=\"80020\"", "class=\"80040\"", "xml-not-80020", 2)]
    [InlineData("<day>20260107</day>", "", "xml-day-missing", 9)]
    [InlineData("<day>20260107</day>", "<day>2026-01-07</day>", "xml-day-malformed", 4)]
    [InlineData("<day>20260107</day>", "<day>00010101</day>", "out-of-range", 4)]
    [InlineData("<day>20260107</day>", "<day>99991231</day>", "out-of-range", 4)]
    [InlineData("<day>20260107</day>", "<day>20260107</day><day>20260107</day>", "xml-day-malformed", 4)]
    [InlineData("<datetime>", "<datetime><time/>", "xml-unexpected", 4)]
    [InlineData("code=\"01\"", "code=\"01\" kind=\"x\"", "xml-unexpected", 8)]
    [InlineData("<name>A</name>", "<name><![CDATA[A]]></name>", "xml-unexpected", 5)]
    [InlineData("</message>", "", "xml-malformed", 10)]
    [InlineData("</area>", "</aria>", "xml-malformed", 10)]
    [InlineData("<name>A</name>", "<name>&x;</name>", "xml-malformed", 5)]
    [InlineData("encoding=\"UTF-8\"", "encoding=\"koi8-r\"", "xml-encoding-unknown", 1)]
    [InlineData("encoding=\"UTF-8\"", "encoding=\"latin-7\"", "xml-encoding-unknown", 1)]
    [InlineData("<measuringpoint code", "<peretok code=\"2\"><measuringchannel/></peretok><measuringpoint code", "xml-unexpected", 7)]
    [InlineData("<message ", "<!DOCTYPE m [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<message ", "xml-document-type", 2)]
    public async Task A_message_that_is_wrong_as_a_whole_is_refused_in_both_modes(string part, string instead, string code, int line)
    {
        var file = Message("20260107", "X-1", Period(0, 60, "1")).Replace(part, instead, StringComparison.Ordinal);
        foreach (var mode in new[] { "atomic", "partial" }) await Refused(file, code, line, mode);
    }

    [Fact]
    public async Task An_hour_of_a_point_that_nobody_knows_and_one_that_is_not_over_are_refused()
    {
        await Refused(Message("20260107", "X-9", Period(0, 60, "1")), "metering-point-unknown", 9);
        await Refused(Message("20990107", "X-1", Period(0, 60, "1")), "reading-in-future", 9);
    }

    [Fact]
    public async Task Bad_hours_on_one_line_are_all_remembered()
    {
        var file = Message("20260108", "X-1", Period(0, 60, "1") + Period(60, 60, "x") + Period(120, 60, "y"));
        var loaded = (await registry.UploadBytes(Encoding.UTF8.GetBytes(file), "application/xml", query: "?mode=partial")).Demand(201);
        Assert.Equal((1, 2), (loaded["accepted"].GetInt32(), loaded["rejected"].GetInt32()));
        var errors = $"/v1/reading-batches/{loaded["batchId"].GetString()}/errors";
        var first = (await registry.Get("grid-1", $"{errors}?limit=1")).Demand(200);
        var second = (await registry.Get("grid-1", $"{errors}?limit=1&cursor={first["nextCursor"].GetString()}")).Demand(200);
        Assert.Equal((9, 9), (first["items"][0].GetProperty("line").GetInt32(), Assert.Single(second["items"].EnumerateArray())
            .GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task Megabytes_of_nesting_or_text_are_not_kept()
    {
        await Refused(string.Concat(Enumerable.Repeat("<message class=\"80020\">", 2_000_000)), "xml-unexpected", 1);
        await Refused(new string('<', 50_000_000), "xml-malformed", 1);
        await Refused($"<message class=\"80020\" number=\"{new string('x', 50_000_000)}\"/>", "xml-text-too-long", 1);
        await Refused("<message class=\"80020\"><sender><name>" + new string('x', 50_000_000), "xml-text-too-long", 1);
        var deep = Message("20260107", "X-1",
            "<period start=\"0000\" end=\"0100\"><value><a>" + string.Concat(Enumerable.Repeat("<a>", 1_000_000)));
        await Refused(deep, "xml-too-deep", 9);
    }

    [Theory]
    [InlineData("<message class=\"80020\"/>", "<!---->", "")]
    [InlineData("<message class=\"80020\"/>", "<?x y?>", "")]
    [InlineData("<message class=\"80020\">", "<!---->", "</message>")]
    [InlineData("<message class=\"80020\">", "<?x y?>", "</message>")]
    [InlineData("", "<!---->", "<message class=\"80020\"/>")]
    public async Task Asides_without_end_do_not_end_the_process(string before, string aside, string after)
    {
        await Refused(before + string.Concat(Enumerable.Repeat(aside, 400_000)) + after, "xml-unexpected", 1);
        var some = string.Concat(Enumerable.Repeat(aside, 900));
        await Refused(before + some + after, "file-empty", 1);
    }

    [Fact]
    public async Task Utf_16_is_refused_with_a_mark_and_without()
    {
        var file = Message("20260107", "X-1", Period(0, 60, "1"));
        byte[] bytes = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(file)];
        Assert.Equal("byte-order-mark",
            Code((await registry.UploadBytes(bytes, "application/xml")).DemandProblem(400, "readings-rejected")));
        Assert.Equal("xml-malformed",
            Code((await registry.UploadBytes(bytes[2..], "application/xml")).DemandProblem(400, "readings-rejected")));
    }

    private async Task Refused(string file, string code, int line, string mode = "atomic")
    {
        var before = await registry.Written();
        var refused = (await registry.UploadBytes(Encoding.UTF8.GetBytes(file), "application/xml", query: $"?mode={mode}"))
            .DemandProblem(400, "readings-rejected");
        Assert.Equal((code, line), (Code(refused), refused["errors"][0].GetProperty("line").GetInt32()));
        Assert.Equal(before, await registry.Written());
    }

    private static string? Code(Answer refused) => refused["errors"][0].GetProperty("code").GetString();

    private Task<Answer> Upload(string file) => registry.UploadBytes(Encoding.UTF8.GetBytes(file), "application/xml");

    private static (int Received, int Accepted, int Unchanged, int Superseded, int Rejected, int Gaps) Counts(Answer batch) =>
        (batch["received"].GetInt32(), batch["accepted"].GetInt32(), batch["unchanged"].GetInt32(), batch["superseded"].GetInt32(),
            batch["rejected"].GetInt32(), batch["gaps"].GetInt32());

    private static string Period(int from, int minutes, string kwh, string status = "", string period = "") =>
        $"<period start=\"{Time(from)}\" end=\"{Time((from + minutes) % 1440)}\"{period}><value{status}>\t{kwh} </value></period>";

    private static string Time(int minutes) => (minutes / 60 * 100 + minutes % 60).ToString("D4", CultureInfo.InvariantCulture);

    /// <summary>As senders lay it out; all periods stand on line 9.</summary>
    private static string Message(string day, string point, string periods, string channels = "") => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <message class="80020" version="2" number="1">
        <!-- daily -->
        <datetime><timestamp>20260110040922</timestamp><daylightsavingtime>0</daylightsavingtime><day>{day}</day></datetime>
        <sender><inn>970740000838</inn><name>A</name></sender>
        <area timezone="1"><inn>970740000838</inn><name>Майнинг</name>
        <measuringpoint code="{point}" name="Ввод 1">
        <measuringchannel code="01" desc="активная">
        {periods}
        </measuringchannel>{channels}</measuringpoint></area></message>
        """;
}
