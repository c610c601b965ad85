using System.Net.Sockets;
using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

/// <summary>An answer that nobody takes is given up, and with it the reader's place.</summary>
public sealed class StalledReaderTests(StalledReaderTests.ImpatientRegistry registry) : IClassFixture<StalledReaderTests.ImpatientRegistry>
{
    private const string Hours = "/v1/metering-points/STALLED-1/consumption?from=2020-01-01&to=2030-01-01&step=hour";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public sealed class ImpatientRegistry(TestCluster cluster) : Registry(cluster)
    {
        protected override string[] Settings => ["--Limits:MinBytesPerSecond=5000000", "--Limits:DownloadsPerCaller=1"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            // The program's own pace; only the slow start that it forgives is shorter, so that nobody waits for it.
            var limits = Part<IOptions<KestrelServerOptions>>().Value.Limits;
            limits.MinResponseDataRate = new MinDataRate(limits.MinResponseDataRate!.BytesPerSecond, TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public async Task Whoever_stops_reading_is_cut_off_and_its_next_download_has_its_turn()
    {
        await registry.Post("grid-1", "/v1/metering-points", Files.Point("STALLED-1"));
        using var stalled = new TcpClient { ReceiveBufferSize = 4096 };
        await stalled.ConnectAsync(registry.Http.BaseAddress!.Host, registry.Http.BaseAddress.Port, Ct);
        var request = $"GET {Hours} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {await registry.BearerOf("tax-1")}\r\nAccept: "
            + "application/x-ndjson\r\n\r\n";
        await stalled.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Ct);
        await stalled.GetStream().ReadExactlyAsync(new byte[1], Ct);

        var next = (await registry.Send("tax-1", HttpMethod.Get, Hours, accept: "application/x-ndjson")).Demand(200);
        Assert.NotEmpty(next.Text);
    }
}
