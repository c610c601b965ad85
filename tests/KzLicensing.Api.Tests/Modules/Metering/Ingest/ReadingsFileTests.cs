using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Domain;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering.Ingest;

public sealed class ReadingsFileTests
{
    private const string Header = "meteringPoint,startAt,kwh,quality\n";
    private const string Sample =
        Header + "MP-1,2026-01-01T00:00:00Z,1,Measured\nMP-1,2026-01-01T01:00:00Z,x,Measured\nMP-1,2026-01-01T02:00:00Z,3,Measured\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(10_000)]
    public async Task It_does_not_matter_how_the_bytes_arrive(int chunk)
    {
        var (file, wh) = await Read(Sample, chunk);
        Assert.Equal((3, 1, 4_000), (file.Received, file.Rejected, wh));
        Assert.Equal([new LineError(3, "kwh-malformed")], file.Errors);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(Sample)), await file.Digest(CancellationToken.None));
    }

    [Fact]
    public async Task Lines_end_as_on_any_system_and_the_last_one_need_not_end()
    {
        foreach (var text in new[] { Sample.Replace("\n", "\r\n", StringComparison.Ordinal), Sample.TrimEnd('\n') })
            Assert.Equal(4_000, (await Read(text, 16)).Wh);
    }

    [Fact]
    public async Task A_line_too_long_to_be_true_ends_the_file()
    {
        var (file, _) = await Read($"{Header}{new string('x', 1_000)}\nMP-1,2026-01-01T00:00:00Z,1,Measured\n", 64);
        Assert.True(file.Unusable);
        Assert.Equal([new LineError(2, "line-too-long")], file.Errors);
    }

    [Fact]
    public async Task A_file_in_utf_16_is_refused_as_a_whole()
    {
        var (file, wh) = await Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Sample)).ToArray(), 64);
        Assert.True(file.Unusable);
        Assert.Equal("byte-order-mark", file.Errors[0].Code);
        Assert.Equal(0, wh);
    }

    private static Task<(ReadingsFile File, long Wh)> Read(string text, int chunk) => Read(Encoding.UTF8.GetBytes(text), chunk);

    private static async Task<(ReadingsFile File, long Wh)> Read(byte[] bytes, int chunk)
    {
        var pipe = new Pipe();
        var file = ReadingsFile.Of(ReadingsFormat.Csv, null, pipe.Reader, long.MaxValue, new CivilTime([]));
        var wh = 0L;
        var days = new ReadingDays(day =>
        {
            wh += day.Wh.Sum(w => (long)w);
            return ValueTask.CompletedTask;
        });
        var reading = file.ReadInto(days, new MeteringPointCodes(new Dictionary<string, MeteringPlace> { ["MP-1"] = new(1, "71", 0) }),
            CancellationToken.None);
        foreach (var part in bytes.Chunk(chunk))
        {
            await pipe.Writer.WriteAsync(part);
            await Task.Yield();
        }

        await pipe.Writer.CompleteAsync();
        await reading;
        return (file, wh);
    }
}
