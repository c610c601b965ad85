using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace KzLicensing.Clients;

/// <summary>Programs that generate, compile and run clients, called as a developer would call them.</summary>
internal static class Tool
{
    public static readonly string Root = typeof(Tool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(m => m.Key == "RepositoryRoot").Value!;

    public static readonly string Clients = Path.Combine(Root, "tests", "KzLicensing.Clients");

    public static readonly string Contract = Path.Combine(Root, "openapi", "v1.json");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs it to its end; anything but success fails the test with what it said.</summary>
    public static async Task<string> Run(string folder, string program, params string[] arguments)
    {
        var (code, said) = await Try(folder, program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{said}");
        return said;
    }

    /// <summary>Skips the test where the program is not there, or does not get what it needs.</summary>
    public static async Task OrSkip(string reason, string folder, string program, params string[] arguments)
    {
        var (code, said) = await Try(folder, program, arguments);
        Assert.SkipWhen(code != 0, $"{reason}\n{said}");
    }

    private static async Task<(int Code, string Said)> Try(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_ROLL_FORWARD"] = "Major", ["KIOTA_OFFLINE_ENABLED"] = "true", ["KIOTA_TUTORIAL_ENABLED"] = "false",
            },
        };
        try
        {
            using var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(Patience);
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(patience.Token),
                process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, string.Concat(said));
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}
