using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace KzLicensing.Clients;

/// <summary>The program as somebody would start it to try a client: a process and a cluster of its own.</summary>
public sealed partial class RunningRegistry : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string home = Directory.CreateTempSubdirectory("kz-licensing-clients-").FullName;
    private Process? program;

    public string Url { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // The cluster does not run as root: whoever it runs as has to reach its folder.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(home, (UnixFileMode)0b111_101_101);
        var start =
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "kz-licensing.dll"), "--urls", "http://127.0.0.1:0"])
            {
                RedirectStandardOutput = true,
                Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Postgres__DataDirectory"] = Path.Combine(home, "data"),
                ["Seed__Demo"] = "false",
                ["Logging__LogLevel__Default"] = "Warning",
            },
            };
        program = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        while (await program.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Ready().Match(line) is not { Success: true } ready) continue;
            Url = ready.Groups[1].Value;
            _ = program.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return;
        }

        throw new InvalidOperationException("The program ended before it was ready.");
    }

    public async ValueTask DisposeAsync()
    {
        if (program is not null)
        {
            using (var interrupt = Process.Start("kill", ["-INT", $"{program.Id}"])) await interrupt.WaitForExitAsync();
            await program.WaitForExitAsync();
            program.Dispose();
        }

        Directory.Delete(home, recursive: true);
    }

    [GeneratedRegex(@"(http://127\.0\.0\.1:[0-9]+)")]
    private static partial Regex Ready();
}
