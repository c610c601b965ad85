using System.Security.Cryptography;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A file on disk, without a name there, so that it is gone when the request is, or the program.</summary>
/// <remarks>What comes from a slow sender or goes to a slow reader waits here: it takes no memory and no database connection.</remarks>
internal sealed class NamelessFile : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private NamelessFile(FileStream content) => Content = content;

    public Stream Content { get; }

    public long Size => Content.Length;

    /// <summary>Of what was received.</summary>
    public byte[] Sha256 { get; private set; } = [];

    public static NamelessFile Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"kz-licensing-{Guid.NewGuid():N}");
        var content = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 4096, FileOptions.DeleteOnClose);
        File.Delete(path);
        return new NamelessFile(content);
    }

    /// <returns>False as soon as there is more than <paramref name="maxBytes"/>.</returns>
    public async Task<bool> Receive(Stream from, long maxBytes, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        while (await from.ReadAsync(buffer, ct) is var read and > 0)
        {
            if (Content.Position + read > maxBytes) return false;
            hash.AppendData(buffer, 0, read);
            await Content.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        Sha256 = hash.GetHashAndReset();
        Content.Position = 0;
        return true;
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
