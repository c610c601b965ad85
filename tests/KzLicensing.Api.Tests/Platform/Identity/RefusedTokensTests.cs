using System.Net;
using KzLicensing.Api.Platform.Clock;
using KzLicensing.Api.Platform.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Identity;

public sealed class RefusedTokensTests
{
    private readonly SandboxClock clock = new();
    private readonly Lines lines = new();

    [Fact]
    public void A_burst_of_bad_tokens_is_one_line_and_the_next_one_says_how_many_there_were()
    {
        var refused = new RefusedTokens(lines, clock);
        for (var i = 0; i < 1_000; i++) refused.Note("The token has expired.", IPAddress.Loopback);
        refused.Note("The signature does not hold.", IPAddress.Loopback);
        Assert.Equal(2, lines.Count);

        clock.MoveTo(clock.GetUtcNow().AddMinutes(2));
        refused.Note("The token has expired.", IPAddress.Loopback);

        Assert.Equal(3, lines.Count);
        Assert.Contains("The token has expired.", lines[2], StringComparison.Ordinal);
        Assert.Contains("999 more", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_reads_of_the_first_bad_token_of_a_burst()
    {
        await using var authority = await TestAuthority.Start();
        await using var app =
            await GuardedApp.Start("Production", authority.Issuer, services: s => s.AddSingleton<ILogger<RefusedTokens>>(lines));
        for (var i = 0; i < 20; i++)
            Assert.Equal(401,
                await app.Status("/whoami", $"Authorization: Bearer {authority.Token(claims: c => c["aud"] = "another-api")}"));
        Assert.Equal(401, await app.Status("/whoami"));

        Assert.Contains("The token is for another audience.", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_framework_says_nothing_more_of_each_bad_token()
    {
        var builder = RegistryApp.CreateBuilder(["--environment=Production"]);
        using var services = builder.Services.BuildServiceProvider();
        Assert.False(services.GetRequiredService<ILogger<CachedBearer>>().IsEnabled(LogLevel.Information));
        Assert.True(services.GetRequiredService<ILogger<RefusedTokens>>().IsEnabled(LogLevel.Information));
    }

    private sealed class Lines : List<string>, ILogger<RefusedTokens>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            Assert.Equal(LogLevel.Warning, logLevel);
            Add(formatter(state, exception));
        }
    }
}
