using System.Globalization;
using System.Net.Sockets;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

/// <summary>Whoever reads or writes slowly costs nobody but himself. Judged by what others can do meanwhile, not by time.</summary>
public sealed class SlowClientTests(SlowClientTests.SmallRegistry registry) : IClassFixture<SlowClientTests.SmallRegistry>, IAsyncLifetime
{
    private const string Point = "SLOW-1", Hours = $"/v1/metering-points/{Point}/consumption?from=2020-01-01&to=2030-01-01&step=hour";

    private readonly List<TcpClient> clients = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Two connections to the database, and clients that are many more.</summary>
    public sealed class SmallRegistry(TestCluster cluster) : Registry(cluster)
    {
        public static int Connections => 2;

        protected override string[] Settings =>
        [
            $"--ConnectionStrings:Registry={AppConnectionString};Maximum Pool Size={Connections}", "--Limits:RequestsPerCaller=6",
            "--Limits:DownloadsPerCaller=2",
            "--Limits:ConcurrentRequestsPerCaller=1", "--Limits:ConcurrentRequests=2", "--Limits:ConcurrentDownloads=8",
            "--Limits:MaxBodyDuration=00:00:04",
        ];
    }

    public async ValueTask InitializeAsync()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point(Point));
        await registry.MoveClock("2026-11-23T10:00:00Z");
    }

    public ValueTask DisposeAsync()
    {
        clients.ForEach(c => c.Dispose());
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("text/csv")]
    [InlineData("application/json")]
    public async Task Who_does_not_read_his_answer_holds_no_connection_to_the_database(string form)
    {
        foreach (var reader in new[] { "tax-1", "tax-2", "tax-3" }) await Ask(reader, $"{Hours}&limit=1000", form, atOnce: 2);
        await OthersAreServed();
        Assert.Equal(0, await ConnectionsInUse());
    }

    [Fact]
    public async Task A_list_that_is_sent_whole_says_how_long_it_is_so_that_a_cut_one_is_seen()
    {
        var answer = await registry.Send("tax-5", HttpMethod.Get, Hours, accept: "application/x-ndjson");
        // Ten years of hours, and the one that came twice when the clocks went back in 2024.
        Assert.Equal(87_673, answer.Demand(200).Text.Count(c => c == '\n'));
        var head = await Ask("tax-5", Hours, "application/x-ndjson");
        Assert.Contains($"Content-Length: {Encoding.UTF8.GetByteCount(answer.Text)}\r\n", await HeadOf(head), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Downloads_of_one_caller_wait_for_each_other_and_not_others_for_them()
    {
        var slow = new List<NetworkStream>();
        for (var i = 0; i < 4; i++) slow.Add(await Ask("tax-6", Hours, "application/x-ndjson"));
        // Two are being sent, and two have not even begun.
        var began = slow.ConvertAll(s => s.ReadAsync(new byte[1], Ct).AsTask());
        while (began.Count(b => b.IsCompleted) < 2) await Task.Delay(20, Ct);
        foreach (var other in new[] { "tax-7", "tax-8" })
            (await registry.Send(other, HttpMethod.Get, Hours, accept: "application/x-ndjson")).Demand(200);
        Assert.Equal(2, began.Count(b => b.IsCompleted));
        // What is no download has a share of its own.
        (await registry.Get("tax-6", "/v1/metering-points")).Demand(200);
    }

    [Fact]
    public async Task Bodies_that_trickle_stop_nobody_and_are_not_waited_for_without_end()
    {
        var slow = new List<Task<string>>();
        foreach (var sender in new[] { "grid-1", "grid-2", "grid-3" })
        {
            slow.Add(Trickle(sender, "/v1/metering-points", "application/json", "{\"code\":\"" + new string('x', 40)));
            slow.Add(Trickle(sender, "/v1/electricity-purchases", "text/csv", "meteringPoint,month,kwh"));
            slow.Add(Trickle("applicant-" + Files.Kegoc, $"/v1/permit-applications/{Guid.Empty}/documents",
                "multipart/form-data; boundary=b", "--b\r\n"));
        }

        await Task.Delay(200, Ct);
        await OthersAreServed();
        Assert.Equal(0, await ConnectionsInUse());
        foreach (var answer in await Task.WhenAll(slow))
        {
            Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
            Assert.Contains("request-timeout", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_caller_above_its_share_of_requests_under_way_is_told_so_and_others_behind_its_address_are_not()
    {
        // Six under way and six waiting.
        var slow = new List<Task<string?>>();
        for (var i = 0; i < 18; i++) slow.Add(new StreamReader(await Begin("grid-6", "/v1/metering-points", "application/json", 100, "{"))
            .ReadLineAsync(Ct).AsTask());
        Assert.Equal("HTTP/1.1 429 Too Many Requests", await await Task.WhenAny(slow));
        (await registry.Get("grid-7", "/v1/metering-points")).Demand(200);
        (await registry.Get(null, "/v1/register/licenses")).Demand(200);
        (await registry.Get("grid-6", "/health/ready")).Demand(200);
        Assert.All(await Task.WhenAll(slow), a => Assert.Matches("^HTTP/1.1 (408|429) ", a));
        (await registry.Get("grid-6", "/v1/metering-points")).Demand(200);
    }

    private async Task OthersAreServed()
    {
        (await registry.Get("officer-1", "/v1/permit-applications")).Demand(200);
        (await registry.Get(null, "/v1/register/licenses")).Demand(200);
        (await registry.Post("grid-9", "/v1/metering-points", Files.Point($"OTHER-{Guid.NewGuid():N}"))).Demand(201);
        (await registry.Send("tax-9", HttpMethod.Get, Hours, accept: "text/csv")).Demand(200);
    }

    /// <summary>
    /// Connections of the program that run a statement or hold a transaction; waits for those of requests that were just answered.
    /// </summary>
    private async Task<long> ConnectionsInUse()
    {
        const string busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
            + "'kz-licensing' AND state <> 'idle'";
        for (var patience = 0; patience < 100 && await registry.Sql<long>(busy) > 0; patience++) await Task.Delay(20, Ct);
        return await registry.Sql<long>(busy);
    }

    /// <summary>Asks and does not read: what does not fit into the sockets' buffers waits in the program.</summary>
    private async Task<NetworkStream> Ask(string persona, string path, string accept, int atOnce = 1)
    {
        var stream = await Connect();
        for (var i = 1; i < atOnce; i++) await Ask(persona, path, accept);
        await Write(stream,
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {await registry.BearerOf(persona)}\r\nAccept: "
                + $"{accept}\r\n\r\n");
        return stream;
    }

    private async Task<NetworkStream> Begin(string persona, string path, string contentType, int length, string start)
    {
        var stream = await Connect();
        await Write(stream, $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {await registry.BearerOf(persona)}\r\n" +
            $"Content-Type: {contentType}\r\nIf-Match: \"1\"\r\nContent-Length: "
                + $"{length.ToString(CultureInfo.InvariantCulture)}\r\nConnection: close\r\n\r\n{start}");
        return stream;
    }

    private async Task<string> Trickle(string persona, string path, string contentType, string start)
    {
        var stream = await Begin(persona, path, contentType, 1_000_000, start);
        var answer = new StreamReader(stream).ReadToEndAsync(Ct);
        while (!answer.IsCompleted)
        {
            try
            {
                await Write(stream, "x");
                await Task.Delay(20, Ct);
            }
            catch (IOException)
            {
                break;
            }
        }

        return await answer;
    }

    private async Task<NetworkStream> Connect()
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        clients.Add(client);
        await client.ConnectAsync(registry.Http.BaseAddress!.Host, registry.Http.BaseAddress.Port, Ct);
        return client.GetStream();
    }

    private static Task Write(NetworkStream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), Ct).AsTask();

    private static async Task<string> HeadOf(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, Ct) == 1)
            head.Append((char)one[0]);
        return head.ToString();
    }
}
