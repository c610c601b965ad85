using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Operations;

/// <summary>What the real program tells those who watch it.</summary>
public sealed class MetricsTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_figures_of_the_registry_are_there_and_name_nobody()
    {
        var (owner, app) = await cluster.CreateDatabase();
        await SeedData.LoadDemo(owner, Ct);
        using var program = await RunningProgram.Serve([
            "--environment=Development", $"--ConnectionStrings:Registry={app}",
            "--Journal:CheckpointKey=a-key-of-more-than-thirty-two-characters",
            $"--Journal:CheckpointFile={Path.Combine(Path.GetTempPath(), $"checkpoints-{Guid.NewGuid():N}")}"]);
        await Send(program, "grid-1", HttpMethod.Post, "/v1/metering-points", JsonContent.Create(Files.Point("MP-1")), 201);
        var readings = new StringContent(
            "meteringPoint,startAt,kwh,quality\nMP-1,2026-01-01T00:00:00Z,1.000,Measured\nMP-1,2026-01-01T01:00:00Z,1.000,Measured\n",
                Encoding.UTF8, "text/csv");
        await Send(program, "grid-1", HttpMethod.Post, "/v1/readings", readings, 201);
        await Send(program, "grid-1", HttpMethod.Get, $"/v1/reading-batches/{Guid.Empty}", null, 404);
        await Send(program, "officer-1", HttpMethod.Get, "/v1/licensing-feed?limit=1", null, 200);

        var metrics = await program.Http.GetStringAsync("/metrics", Ct);

        foreach (var expected in new[]
                 {
                     "registry_applications{state=\"Approved\"} 12", "registry_applications_queue_age_seconds 0",
                     "registry_runs{state=\"Queued\"} 0", "registry_runs_age_seconds 0",
                     "registry_capacity_left_kw{scope=\"country\"} ", "registry_feed_head{feed=\"licensing\"} ",
                     "registry_feed_head{feed=\"tax\"} 0",
                     "registry_feed_lag{feed=\"licensing\",reader=\"officer-1\"} 0", "registry_journal_head ",
                     "registry_readings_total{fate=\"accepted\"} 2",
                     "registry_refusals_total{code=\"batch-not-found\"} 1", "journal_checkpoint_age_seconds",
                     "http_route=\"/v1/reading-batches/{id}\"", "service_name=\"kz-licensing\"",
                     "service_version=\"",
                 })
            Assert.Contains(expected, Plain(metrics), StringComparison.Ordinal);
        Assert.DoesNotContain("http_route=\"/v1/reading-batches/{id:guid}\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("Host=", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(new Npgsql.NpgsqlConnectionStringBuilder(app).Password!, metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_sends_its_spans_and_an_idle_program_none()
    {
        var (_, app) = await cluster.CreateDatabase();
        await using var collector = await Collector.Start();
        using var program = await RunningProgram.Serve(["--environment=Development", $"--ConnectionStrings:Registry={app}"], new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        });
        await Task.Delay(3_000, Ct);
        Assert.Empty(collector.Spans);

        await Send(program, null, HttpMethod.Get, "/v1/register/licenses/KZ-1", null, 404);
        foreach (var expected in new[] { "/v1/register/licenses/{number}", "postgresql" })
        {
            bool Came() => collector.Spans.Any(s => s.Contains(expected, StringComparison.Ordinal));
            for (var patience = 0; patience < 100 && !Came(); patience++) await Task.Delay(100, Ct);
            Assert.True(Came(), $"No span speaks of {expected}.");
        }
    }

    /// <summary>Without the scopes, which all have.</summary>
    private static string Plain(string metrics) =>
        metrics.Replace("{otel_scope_name=\"KzLicensing.Registry\"}", "", StringComparison.Ordinal)
        .Replace("otel_scope_name=\"KzLicensing.Registry\",", "", StringComparison.Ordinal);

    private static async Task Send(RunningProgram program, string? persona, HttpMethod method, string path, HttpContent? body, int status)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (persona is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(program, persona));
        using var response = await program.Http.SendAsync(request, Ct);
        Assert.True((int)response.StatusCode == status,
            $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Ct)}");
    }

    private static async Task<string> Token(RunningProgram program, string persona)
    {
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", persona), new("client_secret", "sandbox")]);
        using var response = await program.Http.PostAsync("/connect/token", form, Ct);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("access_token").GetString()!;
    }

    /// <summary>Whom the program sends its spans: as text, to be searched.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        public ConcurrentBag<string> Spans { get; } = [];

        public string Url => app.Urls.First();

        public static async Task<Collector> Start()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var collector = new Collector(builder.Build());
            collector.Serve();
            await collector.Begin();
            return collector;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private Task Begin() => app.StartAsync(Ct);

        private void Serve() => app.Run(async http =>
        {
            using var body = new StreamReader(http.Request.Body, Encoding.Latin1);
            var text = await body.ReadToEndAsync(Ct);
            if (http.Request.Path.Value!.Contains("trace", StringComparison.Ordinal)) Spans.Add(text);
            http.Response.StatusCode = (int)HttpStatusCode.OK;
        });
    }
}
