using System.IO.Pipelines;
using System.Reflection;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>How large a file of readings may be, and how many may come at once.</summary>
internal sealed record IngestOptions
{
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>Files that stream at once, each on a database connection of its own.</summary>
    public int ConcurrentFiles { get; init; } = 4;

    /// <summary>Files that may wait for that; beyond it 503.</summary>
    public int WaitingFiles { get; init; } = 64;
}

/// <summary>A streamed <c>text/csv</c> body, never held whole.</summary>
internal sealed class ReadingsBody : IReadInput, IEndpointParameterMetadataProvider
{
    private const string ContentType = "text/csv";
    private readonly PipeReader? pipe;

    private ReadingsBody(PipeReader? pipe, Error? refusal) => (this.pipe, Refusal) = (pipe, refusal);

    public PipeReader Pipe => pipe!;
    public Error? Refusal { get; }

    public static ValueTask<ReadingsBody> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        var max = http.RequestServices.GetRequiredService<IngestOptions>().MaxBytes;
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
            return Refused(InputErrors.WrongContentType(ContentType));
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return Refused(InputErrors.NotUtf8());
        if (http.Request.ContentLength > max) return Refused(InputErrors.BodyTooLarge(max));
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = max;
        return ValueTask.FromResult(new ReadingsBody(http.Request.BodyReader, null));
    }

    private static ValueTask<ReadingsBody> Refused(Error refusal) => ValueTask.FromResult(new ReadingsBody(null, refusal));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([ContentType], typeof(string)));
}
