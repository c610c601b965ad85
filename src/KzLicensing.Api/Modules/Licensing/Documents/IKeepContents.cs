namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>Where a content is kept; the word in the document's row.</summary>
internal enum Keeper
{
    Postgres,
    Folder,
}

/// <summary>Keeps contents under their SHA-256, each of them once.</summary>
internal interface IKeepContents
{
    /// <summary>Ends when the content is safe: a row that names it may then be committed. A content without a row does no harm.</summary>
    Task Keep(IncomingFile file, CancellationToken ct);

    /// <summary>From the first part to the last; nothing when there is no such content.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> Read(byte[] sha256, CancellationToken ct);
}

/// <summary>New contents go where the settings say; old ones are found where they were put.</summary>
internal sealed class DocumentContents(PostgresContents postgres, FolderContents? folder = null)
{
    public Keeper Current => folder is null ? Keeper.Postgres : Keeper.Folder;

    public Task Keep(IncomingFile file, CancellationToken ct) => In(Current)!.Keep(file, ct);

    public IAsyncEnumerable<ReadOnlyMemory<byte>> Read(Keeper keeper, byte[] sha256, CancellationToken ct) =>
        In(keeper)?.Read(sha256, ct) ?? AsyncEnumerable.Empty<ReadOnlyMemory<byte>>();

    private IKeepContents? In(Keeper keeper) => keeper switch
    {
        Keeper.Postgres => postgres,
        Keeper.Folder => folder,
    };
}
