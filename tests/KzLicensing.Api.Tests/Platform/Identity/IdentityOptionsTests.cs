using Xunit;

namespace KzLicensing.Api.Tests.Platform.Identity;

/// <summary>With a setting that would let the wrong people in, the registry does not start.</summary>
public sealed class IdentityOptionsTests
{
    [Theory, InlineData("Production"), InlineData("Staging"), InlineData("development "), InlineData("Test")]
    public async Task Outside_Development_it_does_not_start_without_an_authority(string environment)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GuardedApp.Start(environment, authority: null));

        Assert.Contains("Identity__Authority", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("http://login.example.org")]
    [InlineData("login.example.org")]
    [InlineData("/realms/mining")]
    [InlineData("file:///etc/keys")]
    [InlineData("ftp://127.0.0.1/keys")]
    [InlineData(" ")]
    public async Task An_authority_must_be_an_https_address_in_every_environment(string authority)
    {
        foreach (var environment in new[] { "Development", "Production" })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GuardedApp.Start(environment, authority));
            Assert.Contains("Identity__Authority", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory, InlineData("Audience", " "), InlineData("MaxTokenLifetimeMinutes", "0"), InlineData("MaxTokenLifetimeMinutes", "100000"),
     InlineData("TokenTypes", "JWT, id+jwt")]
    public async Task The_message_names_the_setting(string setting, string value)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => GuardedApp.Start("Production", "https://login.example.org", settings: new() { [$"Identity:{setting}"] = value }));

        Assert.Contains($"Identity__{setting}", refused.Message, StringComparison.Ordinal);
    }
}
