using System.Net;
using System.Net.Sockets;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests;

/// <summary>What the program refuses before it makes anything, and how it says so: the real program, as an operator starts it.</summary>
public sealed class StartTests(TestCluster cluster)
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

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "migrate", "--help")]
    [InlineData(2, "serv")]
    [InlineData(2, "serve", "quickly")]
    [InlineData(2, "--port=5080")]
    [InlineData(2, "migrate", "--urls")]
    [InlineData(2, "check", "--Limit:RequestsPerCaller=1")]
    public async Task What_it_does_not_understand_it_answers_with_its_help(int code, params string[] args)
    {
        var (exit, output) = await Run(args);

        Assert.Equal(code, exit);
        Assert.Contains("Usage: kz-licensing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exit, output) =
            await Run("--environment=Development", "--ConnectionStrings:Registry=Host=nowhere", $"--urls=http://localhost:{port}");

        Assert.Equal(1, exit);
        Assert.StartsWith($"Urls names the port {port}", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Fact]
    public async Task Check_tells_without_starting_what_a_start_would_refuse()
    {
        var (owner, app) = await cluster.CreateDatabase();
        string[] well = ["check", "--environment=Development", $"--ConnectionStrings:Registry={app}"];

        Assert.Equal((0, "All is well.\n"), await Run(well));

        var (exit, output) =
            await Run("check", "--environment=Development", $"--ConnectionStrings:Registry={owner}", "--Limits:RequestsPerCaller=0",
            "--Identity:Authority=http://127.0.0.1:9");
        Assert.Equal(1, exit);
        var lines = output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("Limits__RequestsPerCaller", lines[0], StringComparison.Ordinal);
        Assert.Contains("is a superuser", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Identity__Authority does not answer", lines[2], StringComparison.Ordinal);

        Assert.Equal(0, (await Run([.. well, "--Identity:Authority=http://127.0.0.1:9", "--settings-only"])).Exit);
    }

    [Theory]
    [InlineData("migrate", "--ConnectionStrings:Owner=Hots=db")]
    [InlineData("migrate", "--ConnectionStrings:Owner=Host=127.0.0.1;Port=9")]
    [InlineData("--environment=Development", "--urls=http://127.0.0.1:0", "--ConnectionStrings:Registry=Host=127.0.0.1;Port=9")]
    public async Task A_database_that_cannot_be_used_is_one_line(params string[] args)
    {
        var (exit, output) = await Run(args);

        Assert.Equal(1, exit);
        Assert.Single(output.Trim().Split('\n'));
    }

    private static async Task<(int Exit, string Output)> Run(params string[] args)
    {
        var (exit, output, errors) = await RunningProgram.Run(args);
        return (exit, output + errors);
    }
}
