using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>Readings as one JSON object a line.</summary>
public sealed class NdjsonTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Good = """{"meteringPoint":"J-1","startAt":"2026-01-01T05:00:00Z","kwh":1.5,"quality":"Measured"}""";

    public async ValueTask InitializeAsync() => await registry.Post("grid-1", "/v1/metering-points", Files.Point("J-1"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Members_come_in_any_order_with_spaces_and_escapes()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("J-2"));
        var loaded = (await Upload("""
            {"meteringPoint":"J-2","startAt":"2026-01-01T00:00:00Z","kwh":1.5,"quality":"Measured"}
            { "kwh" : 2, "quality" : "Estimated", "startAt" : "2026-01-01T06:00:00+05:00", "meteringPoint" : "J-2" }
            {"meteringPoint":"\u004a-2","startAt":"2026-01-01T02:00:00Z","kwh":0.001,"quality":"Measured"}
            """)).Demand(201);
        Assert.Equal((3, 3), (loaded["received"].GetInt32(), loaded["accepted"].GetInt32()));
        var read = (await registry.Get("grid-1", "/v1/metering-points/J-2/consumption?from=2026-01-01&to=2026-01-02&step=day")).Demand(200);
        Assert.Equal((3.501m, 2m), (read["totalKwh"].GetDecimal(), read["items"][0].GetProperty("estimatedKwh").GetDecimal()));
    }

    [Theory]
    [InlineData("""["J-1","2026-01-01T00:00:00Z",1,"Measured"]""", "line-not-object")]
    [InlineData("1", "line-not-object")]
    [InlineData("\n" + """{"meteringPoint":"J-1","startAt":"2026-01-01T06:00:00Z","kwh":1.5,"quality":"Measured"}""", "line-blank")]
    [InlineData(" ", "line-not-json")]
    [InlineData("{", "line-not-json")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":1,"quality":"Measured"}{}""", "line-not-json")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":NaN,"quality":"Measured"}""", "line-not-json")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":01,"quality":"Measured"}""", "line-not-json")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":1,5,"quality":"Measured"}""", "line-not-json")]
    [InlineData("""{"meteringPoint":"\ud800","startAt":"2026-01-01T00:00:00Z","kwh":1,"quality":"Measured"}""", "line-not-json")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":"1","quality":"Measured"}""", "wrong-type")]
    [InlineData("""{"meteringPoint":["J-1"],"startAt":"2026-01-01T00:00:00Z","kwh":1,"quality":"Measured"}""", "wrong-type")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":1,"quality":null}""", "null-not-allowed")]
    [InlineData("""{"meteringPoint":"J-9","startAt":"2026-01-01T00:00:00Z","kwh":null,"quality":"Measured"}""", "metering-point-unknown")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":"","quality":"Measured"}""", "wrong-type")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":1,"quality":"Measured","note":1}""", "unknown-field")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","Kwh":1,"quality":"Measured"}""", "unknown-field")]
    [InlineData("""{"meteringPoint":"J-1","kwh":1,"startAt":"2026-01-01T00:00:00Z","kwh":1,"quality":"Measured"}""", "duplicate-field")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":1}""", "missing-field")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":1e9,"quality":"Measured"}""", "kwh-malformed")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00Z","kwh":-1,"quality":"Measured"}""", "kwh-negative")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"2026-01-01T00:00:00","kwh":1,"quality":"Measured"}""", "zone-missing")]
    [InlineData("""{"meteringPoint":"J-1","startAt":"0001-01-01T00:00:00Z","kwh":1,"quality":"Measured"}""", "out-of-range")]
    [InlineData("""{"meteringPoint":"J-9","startAt":"2026-01-01T00:00:00Z","kwh":1,"quality":"Measured"}""", "metering-point-unknown")]
    [InlineData(Good, "duplicate-hour")]
    public async Task A_bad_line_is_named_and_nothing_is_stored(string line, string code)
    {
        var before = await registry.Written();
        var refused = (await Upload($"{Good}\n{line}\n")).DemandProblem(400, "readings-rejected");
        var error = Assert.Single(refused["errors"].EnumerateArray());
        Assert.Equal((2, code), (error.GetProperty("line").GetInt32(), error.GetProperty("code").GetString()));
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task Null_is_a_gap_and_empty_lines_may_end_the_file()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("J-3"));
        var line = Good.Replace("J-1", "J-3", StringComparison.Ordinal);
        await Upload(line);
        var loaded = (await Upload(line.Replace("1.5", "null", StringComparison.Ordinal) + "\r\n\n\n")).Demand(201);
        Assert.Equal((1, 1, 1), (loaded["received"].GetInt32(), loaded["unchanged"].GetInt32(), loaded["gaps"].GetInt32()));
        var read = (await registry.Get("grid-1", "/v1/metering-points/J-3/consumption?from=2026-01-01&to=2026-01-02&step=day")).Demand(200);
        Assert.Equal(1.5m, read["totalKwh"].GetDecimal());
    }

    [Fact]
    public async Task A_file_is_utf_8_without_a_mark()
    {
        foreach (var encoding in new Encoding[] { Encoding.Unicode, Encoding.BigEndianUnicode, new UTF8Encoding(true) })
        {
            var refused = await registry.UploadBytes([.. encoding.GetPreamble(), .. encoding.GetBytes(Good)], "application/x-ndjson");
            Assert.Equal("byte-order-mark", refused.DemandProblem(400, "readings-rejected")["errors"][0].GetProperty("code").GetString());
        }

        var endless = await Upload(Good + "\n" + new string('[', 1_000_000));
        Assert.Equal("line-too-long", endless.DemandProblem(400, "readings-rejected")["errors"][0].GetProperty("code").GetString());
    }

    private Task<Answer> Upload(string lines) => registry.UploadBytes(Encoding.UTF8.GetBytes(lines), "application/x-ndjson");
}
