namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>A document of an application, without its content.</summary>
internal sealed record DocumentView
{
    public Guid Id { get; init; }
    public Guid ApplicationId { get; init; }

    public string Type { get; init; } = "";

    /// <summary>The file's name, without what was harmful in it.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the bytes are.</summary>
    public string ContentType { get; init; } = "";

    public long SizeBytes { get; init; }

    /// <summary>Of the content, in lower-case hex.</summary>
    public string Sha256 { get; init; } = "";

    public DateTimeOffset UploadedAt { get; init; }
    public string UploadedBy { get; init; } = "";

    public const string Select = """
        SELECT d.id, d.application_id, d.type, d.name, d.content_type, d.size_bytes, encode(d.sha256, 'hex') AS sha256, d.uploaded_at,
               d.uploaded_by
          FROM application_documents d
          JOIN permit_applications a ON a.id = d.application_id

        """;
}
