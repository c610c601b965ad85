using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Clock;
using KzLicensing.Api.Tests.Platform.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Clock;

public sealed class SandboxClockTests : IAsyncLifetime
{
    private static readonly MediaTypeHeaderValue FormType = new("application/x-www-form-urlencoded");
    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);
    private readonly RecordingJob job = new();
    private GuardedApp app = null!;

    public async ValueTask InitializeAsync() => app = await GuardedApp.StartSandbox(services => services.AddSingleton<IDueJob>(job));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task It_starts_with_real_time() => Assert.Equal(DateTimeOffset.UtcNow, await Now(), AMinute);

    [Theory]
    [InlineData("2026-07-01T09:00:00Z", "2026-07-01T09:00:00Z")]
    [InlineData("2026-07-01T14:00:00+05:00", "2026-07-01T09:00:00Z")]
    public async Task It_is_moved_and_runs_on_from_there(string moveTo, string expected)
    {
        var answer = await Move($$"""{"now":"{{moveTo}}"}""");
        var first = await Now();
        await Task.Delay(20, Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), first, AMinute);
        Assert.True(await Now() > first);
    }

    [Fact]
    public async Task It_is_given_back()
    {
        await Move("""{"now":"2030-01-01T00:00:00Z"}""");

        using var answer = await app.Http.DeleteAsync("/sandbox/clock", Ct);

        Assert.False((bool)(await Read(answer))["moved"]!);
        Assert.Equal(DateTimeOffset.UtcNow, await Now(), AMinute);
    }

    [Fact]
    public async Task Due_jobs_run_in_the_new_time_before_it_answers()
    {
        await Move("""{"now":"2026-07-01T09:00:00Z"}""");

        Assert.Equal(new DateTimeOffset(2026, 7, 1, 9, 0, 0, TimeSpan.Zero), Assert.Single(job.Runs), AMinute);
    }

    [Theory]
    [InlineData("""{"now":"2026-07-01T09:00:00"}""", "zone-missing")]
    [InlineData("""{"now":"2026-07-01"}""", "zone-missing")]
    [InlineData("""{"now":1782896400}""", null)]
    [InlineData("""{"now":null}""", null)]
    [InlineData("""{"now":"0001-01-01T00:00:00Z"}""", "out-of-range")]
    [InlineData("""{"now":"9999-12-31T23:59:59Z"}""", "out-of-range")]
    [InlineData("""{"now":"2026-02-30T00:00:00Z"}""", null)]
    [InlineData("""{"Now":"2026-07-01T09:00:00Z"}""", null)]
    [InlineData("""{"now":"2026-07-01T09:00:00Z","zone":"+05"}""", null)]
    [InlineData("""{"now":"2026-07-01T09:00:00Z","now":"2027-07-01T09:00:00Z"}""", null)]
    [InlineData("{}", null)]
    [InlineData("", null)]
    public async Task A_time_that_cannot_be_read_moves_nothing(string body, string? code)
    {
        var answer = await Move(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        if (code is not null) Assert.Equal(code, (string?)(await Read(answer))["errors"]![0]!["code"]);
        Assert.Empty(job.Runs);
        Assert.Equal(DateTimeOffset.UtcNow, await Now(), AMinute);
    }

    [Theory, InlineData("2024-01-01T00:00:00Z"), InlineData("2040-01-01T00:00:00Z")]
    public async Task Tokens_keep_living_in_real_time(string now)
    {
        var before = await TokenOf("officer-1");
        await Move($$"""{"now":"{{now}}"}""");
        var after = await TokenOf("officer-2");

        Assert.Equal(200, await app.Status("/reviews", $"Authorization: Bearer {before}"));
        Assert.Equal(200, await app.Status("/reviews", $"Authorization: Bearer {after}"));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Task<HttpResponseMessage> Move(string body) =>
        app.Http.PutAsync("/sandbox/clock", new StringContent(body, Encoding.UTF8, "application/json"), Ct);

    private async Task<DateTimeOffset> Now() => (DateTimeOffset)(await Read(await app.Http.GetAsync("/sandbox/clock", Ct)))["now"]!;

    private async Task<string?> TokenOf(string persona)
    {
        var form = new StringContent($"grant_type=client_credentials&client_id={persona}&client_secret=sandbox", FormType);
        return (string?)(await Read(await app.Http.PostAsync("/connect/token", form, Ct)))["access_token"];
    }

    private static async Task<JsonObject> Read(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonObject>(Ct))!;

    private sealed class RecordingJob : IDueJob
    {
        public List<DateTimeOffset> Runs { get; } = [];

        public Task Run(DateTimeOffset now, CancellationToken ct)
        {
            Runs.Add(now);
            return Task.CompletedTask;
        }
    }
}
