using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>
/// Stands between the program and Postgres, and cuts the line at a given word: before Postgres hears it, or before anybody hears Postgres'
/// answer.
/// </summary>
internal sealed class CuttingProxy : IDisposable
{
    /// <summary>What a server says whose process was killed: FATAL 57P02.</summary>
    private static readonly byte[] Dying =
        Message("SFATAL\0VFATAL\0C57P02\0Mterminating connection because of crash of another server process\0\0");

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private int port;
    private volatile Cut? armed;

    /// <param name="At">A word of the statement.</param>
    /// <param name="Heard">Postgres hears it and does it; only the answer is lost.</param>
    /// <param name="LastWords">The line does not just break: Postgres says that it dies.</param>
    private sealed record Cut(string At, bool Heard, bool LastWords);

    /// <summary>The connection string that leads through here; statements are sent as text, so that their words are seen.</summary>
    public string Through(string connectionString)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        port = to.Port;
        listener.Start();
        _ = Accept();
        to.Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        to.MaxAutoPrepare = 0;
        return to.ConnectionString;
    }

    /// <summary>Cuts once, at the next statement with that word.</summary>
    public void CutAt(string word, bool heard, bool lastWords = false) => armed = new Cut(word, heard, lastWords);

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Carry(await listener.AcceptTcpClientAsync(stop.Token));
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Carry(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, port, stop.Token);
                var deaf = new TaskCompletionSource<Cut>();
                await Task.WhenAny(Forth(client.GetStream(), server.GetStream(), deaf),
                    Back(server.GetStream(), client.GetStream(), deaf.Task));
                if (deaf.Task is not { IsCompletedSuccessfully: true, Result.LastWords: true }) return;
                await client.GetStream().WriteAsync(Dying, stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                await Task.Delay(50, stop.Token);
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side hung up.
            }
        }
    }

    /// <summary>Ends when the line is to be cut.</summary>
    private async Task Forth(NetworkStream from, NetworkStream to, TaskCompletionSource<Cut> deaf)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, stop.Token) is > 0 and var read)
        {
            if (armed is { } cut && buffer.AsSpan(0, read).IndexOf(Encoding.UTF8.GetBytes(cut.At)) >= 0)
            {
                armed = null;
                deaf.SetResult(cut);
                if (!cut.Heard) return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }

    private static byte[] Message(string fields) =>
        [(byte)'E', .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(4 + fields.Length)), .. Encoding.ASCII.GetBytes(fields)];

    private static async Task Back(NetworkStream from, NetworkStream to, Task deaf)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            // What answers the fatal statement ends the line.
            if (deaf.IsCompleted) return;
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }
}
