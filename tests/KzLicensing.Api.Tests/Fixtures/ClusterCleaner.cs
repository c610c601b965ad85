using System.Diagnostics;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>Takes a test cluster away when the test process ends, even by kill -9.</summary>
/// <remarks>It is a shell that reads a pipe from the test process: the operating system closes the pipe, however its writer ends.</remarks>
internal sealed class ClusterCleaner : IAsyncDisposable
{
    // Ctrl-C reaches the whole terminal; the cleaner outlives it to do its work. QUIT is the shutdown that saves nothing.
    // An initdb that was orphaned in the middle still writes for a moment, hence the second attempt.
    private const string Script = """
        trap '' INT TERM HUP
        cat > /dev/null
        if read -r postmaster < "$0/cluster/postmaster.pid"; then
            kill -QUIT "$postmaster"
            while kill -0 "$postmaster"; do sleep 0.02; done
        fi 2> /dev/null
        rm -rf "$0" 2> /dev/null || { sleep 2; rm -rf "$0"; }
        """;

    private readonly Process shell;

    private ClusterCleaner(Process shell) => this.shell = shell;

    /// <param name="directory">The cluster's; it may be empty yet.</param>
    public static ClusterCleaner Watch(string directory) =>
        new(Process.Start(new ProcessStartInfo("sh", ["-c", Script, directory]) { RedirectStandardInput = true })!);

    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }
}
