using System.Reflection;
using System.Text;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>
/// A <c>multipart/form-data</c> body with the parts <c>type</c> and <c>file</c>, each once and in any order, read as it streams in.
/// </summary>
internal sealed class DocumentBody : IReadInput, IEndpointParameterMetadataProvider
{
    private const string ContentType = "multipart/form-data";

    /// <summary>What the parts' headers, their boundaries and the type may add to the file.</summary>
    private const int OverheadBytes = 16 * 1024;

    private const int MaxTypeBytes = 256, MaxBoundaryLength = 70;

    /// <summary>How the contract shows the body.</summary>
    [SchemaName("UploadDocumentBody")]
    internal sealed record Form(string Type, IFormFile File);

    private readonly IncomingFile file;
    private readonly long maxBytes;
    private string? type, fileName, declared;

    private DocumentBody(IncomingFile file, long maxBytes) => (this.file, this.maxBytes) = (file, maxBytes);

    public string Type => type!;
    public DocumentName Name => DocumentName.Of(fileName!);
    public IncomingFile File => file;
    public Error? Refusal { get; private set; }

    /// <summary>What was sent, without the boundary, which is another one each time.</summary>
    public ReadOnlyMemory<byte> Raw => Encoding.UTF8.GetBytes($"{type}\n{fileName}\n{declared}\n{Convert.ToHexStringLower(file.Sha256)}");

    public static async ValueTask<DocumentBody> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        var max = http.RequestServices.GetRequiredService<DocumentOptions>().MaxBytes;
        var file = new IncomingFile();
        http.Response.RegisterForDisposeAsync(file);
        var body = new DocumentBody(file, max);
        body.Refusal = await http.ReadInTime(ct => body.Read(http, ct));
        return body;
    }

    private async Task<Error?> Read(HttpContext http, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var form)
            || !form.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
            return InputErrors.WrongContentType(ContentType);
        var boundary = HeaderUtilities.RemoveQuotes(form.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundaryLength) return DocumentErrors.MalformedMultipart("The media type names no boundary.");
        if (http.Request.ContentLength > maxBytes + OverheadBytes) return InputErrors.BodyTooLarge(maxBytes);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes + OverheadBytes;
        try
        {
            return await ReadParts(new MultipartReader(boundary, http.Request.Body), ct) ?? RefuseContent();
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return InputErrors.BodyTooLarge(maxBytes);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return DocumentErrors.MalformedMultipart("The body ends before its last boundary, or a part's headers cannot be read.");
        }
    }

    private async Task<Error?> ReadParts(MultipartReader reader, CancellationToken ct)
    {
        while (await reader.ReadNextSectionAsync(ct) is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
                || disposition.DispositionType != "form-data")
                return DocumentErrors.MalformedMultipart("A part has no Content-Disposition: form-data.");
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            var refusal = name switch
            {
                "type" when type is null => await ReadType(part, ct),
                "file" when fileName is null => await ReadFile(part, disposition, ct),
                "type" or "file" => Problem(name, "duplicate-field"),
                _ => Problem(name, "unknown-field", InputMessages.UnknownMember(["type", "file"])),
            };
            if (refusal is not null) return refusal;
        }

        if (type is null) return Problem("type", "missing-field");
        return fileName is null ? Problem("file", "missing-field") : null;
    }

    private async Task<Error?> ReadType(MultipartSection part, CancellationToken ct)
    {
        var bytes = new byte[MaxTypeBytes + 1];
        var length = await part.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        if (length > MaxTypeBytes) return Problem("type", "maximum-length", InputMessages.TooLong(MaxTypeBytes));
        type = Encoding.UTF8.GetString(bytes, 0, length);
        return type.Contains('\0', StringComparison.Ordinal) ? Problem("type", "nul-character") : null;
    }

    private async Task<Error?> ReadFile(MultipartSection part, ContentDispositionHeaderValue disposition, CancellationToken ct)
    {
        var sent = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        if (!sent.HasValue) return Problem("file", "wrong-type", InputMessages.NoFileName);
        (fileName, declared) = (sent.Value, part.ContentType?.Split(';')[0].Trim());
        return await file.Receive(part.Body, maxBytes, ct) ? null : InputErrors.BodyTooLarge(maxBytes);
    }

    private Error? RefuseContent()
    {
        if (file.Size == 0) return DocumentErrors.Empty();
        if (file.Format is not { } format) return DocumentErrors.FormatUnknown();
        return format.Agrees(Name, declared) ? null : DocumentErrors.TypeMismatch(format);
    }

    private static Error Problem(string part, string code, Trilingual? said = null) =>
        InputErrors.Invalid([FieldProblem.Of($"/{part}", code, said)]);

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([ContentType], typeof(Form)));
}
