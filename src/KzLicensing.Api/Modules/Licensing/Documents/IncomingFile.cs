using System.Security.Cryptography;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>A file that is being uploaded: on disk, without a name there, so that it is gone when the request is, or the program.</summary>
/// <remarks>Nothing waits for a slow sender but this file: no memory, no database connection.</remarks>
internal sealed class IncomingFile : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] head = new byte[DocumentFormat.HeadBytes];

    private IncomingFile(FileStream content) => Content = content;

    public Stream Content { get; }

    public long Size => Content.Length;

    public byte[] Sha256 { get; private set; } = [];

    /// <summary>Null when the bytes are of no format that is taken.</summary>
    public DocumentFormat? Format => DocumentFormat.Of(head.AsSpan(0, (int)Math.Min(Size, head.Length)));

    public static IncomingFile Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"kz-licensing-{Guid.NewGuid():N}");
        var content = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 4096, FileOptions.DeleteOnClose);
        File.Delete(path);
        return new IncomingFile(content);
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
        await Content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        return true;
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
