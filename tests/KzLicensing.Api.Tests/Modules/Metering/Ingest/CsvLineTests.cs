using System.Text;
using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Domain;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering.Ingest;

public sealed class CsvLineTests
{
    private const int Day20260101 = 9497;
    private static readonly int First = CivilTime.HourOf(new DateOnly(2020, 1, 1));
    private readonly MeteringPointCodes codes = new(new Dictionary<string, MeteringPlace>
    {
        ["MP-1"] = new(1, "47", First),
        ["MP-2"] = new(2, "75", First - 1),
    });

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.001", 1)]
    [InlineData("7", 7_000)]
    [InlineData("7.5", 7_500)]
    [InlineData("007.25", 7_250)]
    [InlineData("10000.000", 10_000_000)]
    [InlineData("1.500000", 1_500)]
    [InlineData("2147483.647", int.MaxValue)]
    public void Kilowatt_hours_become_whole_watt_hours(string kwh, int wh) =>
        Assert.Equal(wh, Good($"MP-1,2026-01-01T00:00:00Z,{kwh},Measured").Wh);

    [Theory]
    [InlineData("2147483.648", "kwh-out-of-range")]
    [InlineData("99999999999999999999", "kwh-out-of-range")]
    [InlineData("1.0005", "kwh-too-precise")]
    [InlineData("-0.5", "kwh-negative")]
    [InlineData("+1", "kwh-malformed")]
    [InlineData(" 1", "kwh-malformed")]
    [InlineData("1.", "kwh-malformed")]
    [InlineData(".5", "kwh-malformed")]
    [InlineData("1.2.3", "kwh-malformed")]
    [InlineData("0x10", "kwh-malformed")]
    [InlineData("Infinity", "kwh-malformed")]
    [InlineData("١", "kwh-malformed")]
    public void Nothing_else_counts_as_kilowatt_hours(string kwh, string code) =>
        Assert.Equal(code, Bad($"MP-1,2026-01-01T00:00:00Z,{kwh},Measured"));

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", 0, 5)]
    [InlineData("2026-01-01T18:00:00Z", 0, 23)]
    [InlineData("2026-01-01T19:00:00Z", 1, 0)]
    [InlineData("2026-01-01T00:00:00+05:00", 0, 0)]
    [InlineData("2026-01-01T00:00:00+0500", 0, 0)]
    [InlineData("2025-12-31T14:00:00-0500", 0, 0)]
    [InlineData("2025-12-31T14:00:00-05:00", 0, 0)]
    [InlineData("2026-01-01T00:00:00.000Z", 0, 5)]
    [InlineData("2026-01-01T05:30:00+05:30", 0, 5)]
    [InlineData("2025-12-31T19:00:00.0-00:00", 0, 0)]
    public void An_hour_belongs_to_the_legal_day_at_utc_plus_five(string startAt, int days, int hour)
    {
        var reading = Good($"MP-2,{startAt},1,Measured");
        Assert.Equal((2, Day20260101 + days, hour), (reading.PointId, reading.Day, reading.Hour));
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00", "zone-missing")]
    [InlineData("2026-01-01T00:00:00z", "zone-malformed")]
    [InlineData("2026-01-01T00:00:00+05", "zone-malformed")]
    [InlineData("2026-01-01T00:00:00+05:0", "zone-malformed")]
    [InlineData("2026-01-01T00:00:00+05x00", "zone-malformed")]
    [InlineData("2026-01-01T00:00:00+0530", "off-the-hour")]
    [InlineData("2026-01-01T00:00:00+05:30", "off-the-hour")]
    [InlineData("2026-01-01T00:00:00.001Z", "off-the-hour")]
    [InlineData("2026-01-01T00:00:00.Z", "instant-malformed")]
    [InlineData("2026-01-01T00:00:00.000", "zone-missing")]
    [InlineData("2026-01-01T00:00:00+14:01", "zone-malformed")]
    [InlineData("2026-01-01T00:60:00Z", "out-of-range")]
    [InlineData("2026-01-01T0x:00:00Z", "instant-malformed")]
    [InlineData("2026-01-01T00:15:00Z", "off-the-hour")]
    [InlineData("2026-01-01T24:00:00Z", "out-of-range")]
    [InlineData("2026-13-01T00:00:00Z", "out-of-range")]
    [InlineData("2019-12-31T00:00:00Z", "out-of-range")]
    [InlineData("01.01.2026 00:00", "instant-malformed")]
    [InlineData("", "instant-malformed")]
    public void Nothing_else_counts_as_an_hour(string startAt, string code) => Assert.Equal(code, Bad($"MP-1,{startAt},1,Measured"));

    [Theory]
    [InlineData("MP-1,2019-12-31T19:00:00Z", null)]
    [InlineData("MP-1,2020-01-01T00:00:00+05:00", null)]
    [InlineData("MP-1,2019-12-31T18:00:00Z", "out-of-range")]
    [InlineData("MP-1,2020-01-01T00:00:00+14:00", "out-of-range")]
    [InlineData("MP-2,2019-12-31T18:00:00Z", null)]
    [InlineData("MP-2,2019-12-31T17:00:00Z", "out-of-range")]
    public void The_first_hour_is_that_of_the_first_civil_day_of_the_place(string start, string? code) =>
        Assert.Equal(code, CsvLine.Parse(Encoding.UTF8.GetBytes($"{start},1,Measured"), new ReadingFields(codes, long.MaxValue), out _));

    [Fact]
    public void The_hour_that_is_not_over_lies_in_the_future()
    {
        var latest = Hours(new DateTime(2026, 1, 1, 9, 0, 0));
        Assert.Null(CsvLine.Parse("MP-1,2026-01-01T09:00:00Z,1,Measured"u8, new ReadingFields(codes, latest), out _));
        Assert.Equal("reading-in-future", CsvLine.Parse("MP-1,2026-01-01T10:00:00Z,1,Measured"u8, new ReadingFields(codes, latest), out _));
    }

    [Theory]
    [InlineData("Measured", false)]
    [InlineData("Estimated", true)]
    public void Quality_says_whether_the_value_was_estimated(string quality, bool estimated) =>
        Assert.Equal(estimated, Good($"MP-1,2026-01-01T00:00:00Z,1,{quality}").Estimated);

    [Theory]
    [InlineData("", "line-malformed")]
    [InlineData("MP-1", "line-malformed")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1", "line-malformed")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1,Measured,", "line-malformed")]
    [InlineData("MP-1;2026-01-01T00:00:00Z;1;Measured", "line-malformed")]
    [InlineData("mp-1,2026-01-01T00:00:00Z,1,Measured", "metering-point-unknown")]
    [InlineData(",2026-01-01T00:00:00Z,1,Measured", "metering-point-unknown")]
    [InlineData("МР-1,2026-01-01T00:00:00Z,1,Measured", "metering-point-unknown")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1,", "quality-unknown")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1,Measured ", "quality-unknown")]
    public void A_line_says_all_four_things_and_no_more(string line, string code) => Assert.Equal(code, Bad(line));

    [Theory]
    [InlineData("\"MP-1\",\"2026-01-01T00:00:00Z\",\"1.5\",\"Measured\"", null)]
    [InlineData("MP-1,2026-01-01T00:00:00Z,\"1.5\",Measured", null)]
    [InlineData("MP-1,2026-01-01T00:00:00Z,1.5,\"Measured", "quotes-malformed")]
    [InlineData("\"MP-1,2026-01-01T00:00:00Z,1.5,Measured", "quotes-malformed")]
    [InlineData("\"MP-1\" ,2026-01-01T00:00:00Z,1.5,Measured", "quotes-malformed")]
    [InlineData("MP\"1,2026-01-01T00:00:00Z,1.5,Measured", "quotes-malformed")]
    [InlineData("\"MP-1\"\"\",2026-01-01T00:00:00Z,1.5,Measured", "metering-point-unknown")]
    [InlineData("\"MP-1,2026-01-01T00:00:00Z\",1.5,Measured", "line-malformed")]
    [InlineData("\"MP-1\",2026-01-01T00:00:00Z,1.5", "line-malformed")]
    [InlineData("\"MP-1\",2026-01-01T00:00:00Z,1.5,Measured,", "line-malformed")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,\"1,5\",Measured", "kwh-malformed")]
    public void A_field_may_be_quoted(string line, string? code)
    {
        Assert.Equal(code, CsvLine.Parse(Encoding.UTF8.GetBytes(line), new ReadingFields(codes, long.MaxValue), out var reading));
        if (code is null) Assert.Equal((1, 1_500), (reading.PointId, reading.Wh));
    }

    [Theory]
    [InlineData("MP-1,2026-01-01T00:00:00Z,,Measured")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,,")]
    [InlineData("MP-1,2026-01-01T00:00:00Z,\"\",Estimated")]
    public void No_value_is_a_gap(string line) => Assert.True(Good(line).IsGap);

    [Fact]
    public void A_good_line_allocates_nothing()
    {
        var fields = new ReadingFields(codes, long.MaxValue);
        var lines = new[] { "MP-1,2026-01-01T00:00:00Z,1.5,Measured", "\"MP-1\",\"2026-01-01T00:00:00+0500\",1,Measured",
            "MP-1,2026-01-01T00:00:00Z,,Measured" }
            .Select(Encoding.UTF8.GetBytes).ToArray();
        foreach (var line in lines) CsvLine.Parse(line, fields, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            foreach (var line in lines) CsvLine.Parse(line, fields, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private Reading Good(string line)
    {
        Assert.Null(CsvLine.Parse(Encoding.UTF8.GetBytes(line), new ReadingFields(codes, long.MaxValue), out var reading));
        return reading;
    }

    private string? Bad(string line) => CsvLine.Parse(Encoding.UTF8.GetBytes(line), new ReadingFields(codes, long.MaxValue), out _);

    private static long Hours(DateTime utc) => (long)(utc - new DateTime(2000, 1, 1)).TotalHours;
}
