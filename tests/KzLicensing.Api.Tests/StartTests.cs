using Xunit;

namespace KzLicensing.Api.Tests;

/// <summary>What the program refuses before it makes anything.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task Outside_development_a_missing_connection_string_is_a_refusal_and_nothing_is_made(string environment)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"kz-licensing-start-{Guid.NewGuid()}");

        Assert.Equal(1, await Verbs.Serve([$"--environment={environment}", $"--Postgres:DataDirectory={folder}", "--Seed:Demo=true"]));

        Assert.False(Path.Exists(folder));
    }
}
