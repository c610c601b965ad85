using System.IO.Compression;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>Packed files: the same readings, and none of the tricks.</summary>
public sealed class GzipTests(Registry registry) : IClassFixture<Registry>
{
    [Fact]
    public async Task A_packed_file_says_the_same_as_the_file_itself()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("Z-1"));
        var file = Files.Readings("Z-1", new DateOnly(2026, 1, 1), 30);
        Assert.Equal(720, (await Upload(Packed(Encoding.ASCII.GetBytes(file)))).Demand(201)["accepted"].GetInt64());
        Assert.Equal(720, (await registry.Upload(file)).Demand(201)["unchanged"].GetInt64());
    }

    [Fact]
    public async Task A_packed_file_that_is_cut_stores_nothing()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("Z-2"));
        var packed = Packed(Encoding.ASCII.GetBytes(Files.Readings("Z-2", new DateOnly(2026, 1, 1), 30)));
        foreach (var length in new[] { 5, packed.Length / 2, packed.Length - 8, packed.Length - 1 })
            await Refused(packed[..length], "gzip-malformed");
        await Refused(Encoding.ASCII.GetBytes(Files.Readings("Z-2", new DateOnly(2026, 1, 1), 1)), "gzip-malformed");
        packed[^5] ^= 1;
        await Refused(packed, "gzip-malformed");
    }

    [Fact]
    public async Task A_packed_file_may_have_several_members_and_nothing_else_behind_them()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("Z-3"));
        var file = Encoding.ASCII.GetBytes(Files.Readings("Z-3", new DateOnly(2026, 1, 1), 2));
        var (first, second) = (Packed(file[..700]), Packed(file[700..]));
        var damaged = second.ToArray();
        damaged[0] ^= 1;
        foreach (var tail in new byte[][] { damaged, [.. second, 0], [.. second, .. new byte[9_000]], [.. second, 0x1F, 0x8B], second[..9],
            second[..^4] })
            await Refused([.. first, .. tail], "gzip-malformed");
        Assert.Equal(48, (await Upload([.. first, .. second])).Demand(201)["accepted"].GetInt64());
    }

    [Theory]
    [InlineData("text/csv", "meteringPoint,startAt,kwh,quality\n")]
    [InlineData("application/x-ndjson", "")]
    public async Task A_bomb_is_refused_before_it_has_unpacked(string contentType, string start)
    {
        var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string(' ', 500) + "\n", 2_000)));
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.ASCII.GetBytes(start), TestContext.Current.CancellationToken);
            for (var megabyte = 0; megabyte < 64; megabyte++) await gzip.WriteAsync(lines, TestContext.Current.CancellationToken);
        }

        foreach (var mode in new[] { "atomic", "partial" })
            await Refused(bomb.ToArray(), "inflates-too-much", contentType, $"?mode={mode}");
    }

    [Fact]
    public async Task Other_encodings_are_refused_by_name()
    {
        foreach (var encoding in new[] { "br", "deflate", "x" })
            (await registry.UploadBytes([1, 2, 3], "text/csv", encoding)).DemandProblem(415, "unsupported-content-encoding");
    }

    private async Task Refused(byte[] file, string code, string contentType = "text/csv", string query = "")
    {
        var before = await registry.Written();
        var refused = (await Upload(file, contentType, query)).DemandProblem(400, "readings-rejected");
        Assert.Equal(code, refused["errors"][0].GetProperty("code").GetString());
        Assert.Equal(before, await registry.Written());
    }

    private Task<Answer> Upload(byte[] file, string contentType = "text/csv", string query = "") =>
        registry.UploadBytes(file, contentType, "gzip", query);

    private static byte[] Packed(byte[] file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(file);
        return packed.ToArray();
    }
}
