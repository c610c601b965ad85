using System.Net.Sockets;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering;

/// <summary>A sender sees how far a file has come, and finds what became of all of them.</summary>
public sealed class BatchProgressTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_streams_shows_how_far_it_is()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("P-1"))).Demand(201);
        var id = Guid.NewGuid();
        var file = Encoding.ASCII.GetBytes(Files.Readings("P-1", new DateOnly(2026, 1, 1), 2));
        using var client = new TcpClient();
        await client.ConnectAsync(registry.Http.BaseAddress!.Host, registry.Http.BaseAddress.Port, Ct);
        var stream = client.GetStream();
        var head =
            $"POST /v1/readings?batchId={id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {await registry.BearerOf("grid-1")}\r\n" +
            $"Content-Type: text/csv\r\nContent-Length: {file.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Ct);
        await stream.WriteAsync(file.AsMemory(0, file.Length / 2), Ct);

        var seen = await Until(id, b => b.Status == System.Net.HttpStatusCode.OK && b["received"].GetInt32() > 20);
        Assert.Equal(("Running", 0), (seen["status"].GetString(), seen["accepted"].GetInt32()));
        (await registry.UploadBytes(file, "text/csv", query: $"?batchId={id}")).DemandProblem(409, "batch-exists");

        await stream.WriteAsync(file.AsMemory(file.Length / 2), Ct);
        using var reader = new StreamReader(stream);
        Assert.Contains($"\"batchId\":\"{id}\"", await reader.ReadToEndAsync(Ct), StringComparison.Ordinal);
        var stored = await Until(id, b => b["status"].GetString() == "Stored");
        Assert.Equal((48, 48), (stored["received"].GetInt32(), stored["accepted"].GetInt32()));

        var before = await registry.Written();
        (await registry.UploadBytes(file, "text/csv", query: $"?batchId={id}")).DemandProblem(409, "batch-exists");
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_refused_file_leaves_no_batch()
    {
        var id = Guid.NewGuid();
        (await registry.UploadBytes([], "text/csv", query: $"?batchId={id}")).DemandProblem(400, "readings-rejected");
        (await registry.Get("grid-1", $"/v1/reading-batches/{id}")).DemandProblem(404, "batch-not-found");
    }

    [Fact]
    public async Task Own_batches_are_listed_the_newest_first()
    {
        (await registry.Post("grid-1", "/v1/metering-points", Files.Point("P-2"))).Demand(201);
        var loaded = new List<string?>();
        for (var day = 1; day <= 3; day++)
            loaded.Insert(0, (await registry.Upload(Files.Readings("P-2", new DateOnly(2026, 2, day), 1))).Demand(201)["batchId"]
                .GetString());

        var first = (await registry.Get("grid-1", "/v1/reading-batches?limit=2")).Demand(200);
        Assert.Equal(loaded[..2], first["items"].EnumerateArray().Select(b => b.GetProperty("batchId").GetString()));
        var second = (await registry.Get("grid-1", $"/v1/reading-batches?limit=1&cursor={first["nextCursor"].GetString()}")).Demand(200);
        Assert.Equal(loaded[2], second["items"][0].GetProperty("batchId").GetString());
        Assert.Empty((await registry.Get("grid-2", "/v1/reading-batches")).Demand(200)["items"].EnumerateArray());
        (await registry.Get("grid-2", $"/v1/reading-batches?cursor={first["nextCursor"].GetString()}"))
            .DemandProblem(400, "cursor-invalid");
    }

    private async Task<Answer> Until(Guid id, Func<Answer, bool> reached)
    {
        for (var patience = 0; patience < 100; patience++)
        {
            var batch = await registry.Get("grid-1", $"/v1/reading-batches/{id}");
            if (reached(batch)) return batch;
            await Task.Delay(50, Ct);
        }

        throw new TimeoutException("The batch did not come so far.");
    }
}
