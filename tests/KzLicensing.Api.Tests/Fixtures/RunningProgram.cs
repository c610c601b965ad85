using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>The program as an operator runs it: a process of its own, with what it writes and its exit code.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output, errors;

    private RunningProgram(string[] args, Dictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RegistryApp).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEndAsync(Ct);
        errors = process.StandardError.ReadToEndAsync(Ct);
    }

    public HttpClient Http { get; } = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Until it ends by itself.</summary>
    public static async Task<(int Exit, string Output, string Errors)> Run(params string[] args)
    {
        using var program = new RunningProgram(args, null);
        return await program.End();
    }

    /// <summary>Until it is ready to serve.</summary>
    public static async Task<RunningProgram> Serve(string[] args, Dictionary<string, string>? environment = null)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        var program = new RunningProgram([.. args, $"--urls={url}", "--Shutdown:DrainSeconds=0"], environment);
        program.Http.BaseAddress = new Uri(url);
        for (var patience = 0; patience < 300 && !program.process.HasExited; patience++)
        {
            try
            {
                if ((await program.Http.GetAsync("/health/ready", Ct)).IsSuccessStatusCode) return program;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(100, Ct);
        }

        program.process.Kill();
        throw new InvalidOperationException($"The program does not get ready: {await program.output}{await program.errors}");
    }

    /// <summary>As a supervisor stops it.</summary>
    public async Task<(int Exit, string Output, string Errors)> Terminate()
    {
        using var signal = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        return await End();
    }

    public void Dispose()
    {
        Http.Dispose();
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task<(int Exit, string Output, string Errors)> End()
    {
        await process.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromMinutes(1), Ct);
        return (process.ExitCode, await output, await errors);
    }
}
