using System.Globalization;
using System.Net.Sockets;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>Whoever sends slowly is not waited for without end, and keeps nobody else waiting.</summary>
public sealed class SlowUploadTests(SlowUploadTests.ImpatientRegistry registry) : IClassFixture<SlowUploadTests.ImpatientRegistry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public sealed class ImpatientRegistry(TestCluster cluster) : Registry(cluster)
    {
        protected override string[] Settings => ["--Ingest:MaxDuration=00:00:05", "--Ingest:ConcurrentFiles=3"];
    }

    [Fact]
    public async Task Slow_files_of_one_sender_do_not_stop_another_and_end_by_themselves()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("S-1"));
        var before = await registry.Sql<long>("SELECT count(*) FROM reading_batches");
        var slow = Enumerable.Range(0, 4).Select(_ => Dribble("grid-1")).ToList();
        await Task.Delay(500, Ct);

        var file = Encoding.ASCII.GetBytes(Files.Readings("S-1", new DateOnly(2026, 1, 1), 2));
        Assert.Equal(48, (await registry.UploadBytes(file, "text/csv", persona: "grid-2")).Demand(201)["accepted"].GetInt64());
        // Two of the four have not even had their turn.
        Assert.Contains(slow, s => !s.IsCompleted);

        foreach (var answer in await Task.WhenAll(slow))
        {
            Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
            Assert.Contains("request-timeout", answer, StringComparison.Ordinal);
        }

        Assert.Equal(before + 1, await registry.Sql<long>("SELECT count(*) FROM reading_batches"));
        Assert.Equal(0,
            await registry.Sql<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY incoming%' AND state <> "
                    + "'idle'"));
    }

    /// <summary>A line now and then, of a file that never ends.</summary>
    private async Task<string> Dribble(string persona)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(registry.Http.BaseAddress!.Host, registry.Http.BaseAddress.Port, Ct);
        var stream = client.GetStream();
        var head = $"POST /v1/readings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {await registry.BearerOf(persona)}\r\n" +
            "Content-Type: text/csv\r\nContent-Length: 100000000\r\nConnection: close\r\n\r\nmeteringPoint,startAt,kwh,quality\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Ct);
        var answer = new StreamReader(stream).ReadToEndAsync(Ct);
        for (var hour = 0; !answer.IsCompleted; hour++)
        {
            try
            {
                var line = $"S-1,{new DateTime(2026, 5, 1).AddHours(hour).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)}Z,1,Measured\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(line), Ct);
                await Task.Delay(50, Ct);
            }
            catch (IOException)
            {
                break;
            }
        }

        return await answer;
    }
}
