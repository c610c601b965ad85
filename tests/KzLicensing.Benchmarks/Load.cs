using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace KzLicensing.Benchmarks;

/// <summary>What a load did: how many requests, how fast, and how slow the slowest hundredth was.</summary>
internal sealed record LoadResult(long Requests, double Seconds, double P99Milliseconds, long Failures);

/// <summary>Keeps connections busy with HTTP/1.1 requests as lean as a load generator's: no pool, no parsing beyond the length.</summary>
internal static class Load
{
    /// <param name="request">The bytes of the n-th request.</param>
    /// <param name="expected">The status line that counts as success, such as <c>HTTP/1.1 200</c>.</param>
    public static async Task<LoadResult> Run(int connections, TimeSpan duration, Func<long, byte[]> request, string expected)
    {
        var (count, failures, next) = (0L, 0L, 0L);
        var latencies = new List<double>[connections];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async i =>
        {
            latencies[i] = [];
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync("127.0.0.1", Arena.Port);
            var buffer = new byte[1 << 16];
            while (clock.Elapsed < duration)
            {
                var started = Stopwatch.GetTimestamp();
                await socket.SendAsync(request(Interlocked.Increment(ref next)));
                if (!await Receive(socket, buffer, expected)) Interlocked.Increment(ref failures);
                Interlocked.Increment(ref count);
                latencies[i].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }));
        var all = latencies.SelectMany(l => l).Order().ToList();
        return new LoadResult(count, clock.Elapsed.TotalSeconds, all[(int)(all.Count * 0.99)], failures);
    }

    private static async Task<bool> Receive(Socket socket, byte[] buffer, string expected)
    {
        var read = 0;
        while (true)
        {
            var bytes = await socket.ReceiveAsync(buffer.AsMemory(read));
            if (bytes == 0) throw new IOException("The server closed the connection.");
            read += bytes;
            var end = buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8);
            if (end >= 0 && read >= end + 4 + Length(buffer.AsSpan(0, end)))
                return buffer.AsSpan(0, read).StartsWith(Encoding.ASCII.GetBytes(expected));
        }
    }

    private static int Length(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        var rest = head[(at + 16)..];
        var end = rest.IndexOf((byte)'\r');
        return System.Buffers.Text.Utf8Parser.TryParse(end < 0 ? rest : rest[..end], out int length, out _)
            ? length
            : throw new InvalidDataException("No length.");
    }
}
