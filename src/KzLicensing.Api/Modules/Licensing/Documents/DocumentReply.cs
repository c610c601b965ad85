using System.Reflection;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Modules.Licensing.Documents;

/// <summary>A content as a download: its name and its digest in the headers, and nothing in it runs in a browser.</summary>
internal sealed class DocumentReply(Result<DownloadDocument.Row> result) : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext http)
    {
        if (result.IsFailure)
        {
            await new Problem(result.Error).ExecuteAsync(http);
            return;
        }

        var document = result.Value;
        if (!Accepts.Takes(http.Request, document.ContentType))
        {
            await new Problem(InputErrors.NotAcceptable()).ExecuteAsync(http);
            return;
        }

        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(document.Sha256)}\"");
        if (IsKnown(http.Request, tag))
        {
            Describe(http.Response, document, tag);
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var contents = http.RequestServices.GetRequiredService<DocumentContents>();
        await using var parts = contents.Read(document.KeptIn, document.Sha256, http.RequestAborted)
            .GetAsyncEnumerator(http.RequestAborted);
        if (!await parts.MoveNextAsync())
        {
            await new Problem(DocumentErrors.ContentUnavailable()).ExecuteAsync(http);
            return;
        }

        Describe(http.Response, document, tag);
        http.Response.ContentType = document.ContentType;
        http.Response.ContentLength = document.SizeBytes;
        do await http.Response.Body.WriteAsync(parts.Current, http.RequestAborted);
        while (await parts.MoveNextAsync());
    }

    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) =>
        request.GetTypedHeaders().IfNoneMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false));

    private static void Describe(HttpResponse response, DownloadDocument.Row document, EntityTagHeaderValue tag)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(document.Name);
        var headers = response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.ETag = tag.ToString();
        headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(document.Sha256)}:";
        headers.ContentSecurityPolicy = "sandbox";
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(IFormFile),
            [.. DocumentFormat.All.Select(f => f.MediaType)]));
        builder.Metadata.Add(new AlwaysAtLength());
        builder.Metadata.Add(new AnswersHeaders("ETag", "Content-Disposition", "Content-Security-Policy", "Repr-Digest"));
    }

    private sealed record AlwaysAtLength : ISentAtLength
    {
        public bool IsAsked(HttpRequest request) => true;
    }
}
