using System.Diagnostics;

namespace KzLicensing.Api.Platform.Database;

/// <summary>Runs a program to its end and keeps what it said.</summary>
internal static class Command
{
    /// <exception cref="InvalidOperationException">The program cannot be started.</exception>
    public static (int ExitCode, string Output) Run(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })
            ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
