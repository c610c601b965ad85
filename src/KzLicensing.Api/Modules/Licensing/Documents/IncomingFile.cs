using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>A document that is being uploaded, and what its first bytes say that it is.</summary>
internal sealed class IncomingFile : IAsyncDisposable
{
    private readonly NamelessFile file = NamelessFile.Create();
    private readonly byte[] head = new byte[DocumentFormat.HeadBytes];

    public Stream Content => file.Content;
    public long Size => file.Size;
    public byte[] Sha256 => file.Sha256;

    /// <summary>Null when the bytes are of no format that is taken.</summary>
    public DocumentFormat? Format => DocumentFormat.Of(head.AsSpan(0, (int)Math.Min(Size, head.Length)));

    /// <returns>False as soon as there is more than <paramref name="maxBytes"/>.</returns>
    public async Task<bool> Receive(Stream from, long maxBytes, CancellationToken ct)
    {
        if (!await file.Receive(from, maxBytes, ct)) return false;
        await Content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        return true;
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
