using System.Diagnostics;

namespace KzLicensing.Api.Platform.Database;

/// <summary>Runs a program to its end and keeps what it said.</summary>
internal static class Command
{
    /// <param name="program">A name on the PATH, or a path.</param>
    /// <param name="arguments">Passed on as they are; no shell is involved.</param>
    /// <param name="user">Whose rights it runs with; null: the caller's.</param>
    /// <exception cref="InvalidOperationException">The program cannot be started.</exception>
    public static (int ExitCode, string Output) Run(string program, IEnumerable<string> arguments, string? user = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UserName = user,
            // Another user may not be allowed to enter the caller's folder, and Postgres returns to the folder it was started in.
            WorkingDirectory = user is null ? "" : "/",
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
