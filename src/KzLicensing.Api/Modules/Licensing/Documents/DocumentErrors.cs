using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>Every way in which a document is refused.</summary>
internal static class DocumentErrors
{
    private static readonly string Taken = string.Join(", ", DocumentFormat.All.Select(f => f.MediaType));

    public static Error NotFound() => new("document-not-found", "There is no such document, or it is not yours.");
    public static Error MalformedMultipart(string detail) => new("malformed-multipart", detail);
    public static Error Empty() => new("document-empty", "The file has no bytes.");
    public static Error FormatUnknown() => new("document-format-unknown", $"By its bytes the file is none of {Taken}.");

    public static Error TypeMismatch(DocumentFormat format) =>
        new("document-type-mismatch", $"By its bytes the file is {format.MediaType}; its name or its declared media type says otherwise.");

    public static Error UnknownType(string type) => new("unknown-document-type", $"'{type}' is not a type of document on this day.");
    public static Error Exists(Guid id) =>
        new Error("document-exists", "The application has this document of this type already.").With("documentId", id);
    public static Error TooMany(int max) => new("too-many-documents", $"An application takes {max} documents.");

    public static Error Missing(IReadOnlyList<string> types) =>
        new Error("document-missing", $"Required and not uploaded: {string.Join(", ", types)}.").With("missing", types);

    public static Error ContentUnavailable() => new("document-content-unavailable", "The document's content cannot be read at the moment.");
}
