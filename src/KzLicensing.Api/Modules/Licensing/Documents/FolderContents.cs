using System.Runtime.CompilerServices;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>Keeps contents as files named by their SHA-256, in 256 folders. A file of that name is always whole.</summary>
internal sealed class FolderContents(string folder) : IKeepContents
{
    private const int BufferBytes = 256 * 1024;

    public async Task Keep(IncomingFile file, CancellationToken ct)
    {
        var path = PathOf(file.Sha256);
        if (File.Exists(path)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var incoming = $"{path}.{Guid.NewGuid():N}";
        try
        {
            await using var copy = new FileStream(incoming, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            file.Content.Position = 0;
            await file.Content.CopyToAsync(copy, BufferBytes, ct);
            // The bytes before the name, and then the name: what the row will point to outlasts a loss of power.
            copy.Flush(flushToDisk: true);
            File.Move(incoming, path, overwrite: true);
            copy.Flush(flushToDisk: true);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(byte[] sha256, [EnumeratorCancellation] CancellationToken ct)
    {
        var path = PathOf(sha256);
        if (!File.Exists(path)) yield break;
        await using var file = File.OpenRead(path);
        var buffer = new byte[BufferBytes];
        while (await file.ReadAsync(buffer, ct) is var read and > 0) yield return buffer.AsMemory(0, read);
    }

    private string PathOf(byte[] sha256)
    {
        var name = Convert.ToHexStringLower(sha256);
        return Path.Combine(folder, name[..2], name);
    }
}
