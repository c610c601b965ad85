using System.Reflection;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>Many purchases as CSV: at most 8 MiB, which wait on disk until the last byte is there.</summary>
internal sealed class PurchasesFileBody : IReadInput, IEndpointParameterMetadataProvider
{
    public const string ContentType = "text/csv";
    public const int MaxBytes = 8 << 20;

    private PurchasesFileBody(NamelessFile file) => (File, Raw) = (file, file.Sha256);

    private PurchasesFileBody(Error refusal) => Refusal = refusal;

    /// <summary>Null when it was refused.</summary>
    public NamelessFile? File { get; }

    public Error? Refusal { get; }
    public ReadOnlyMemory<byte> Raw { get; }

    public static async ValueTask<PurchasesFileBody> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        if (!MediaTypeHeaderValue.Parse(http.Request.ContentType).IsUtf8()) return new PurchasesFileBody(InputErrors.NotUtf8());
        if (http.Request.ContentLength > MaxBytes) return new PurchasesFileBody(InputErrors.BodyTooLarge(MaxBytes));
        var file = NamelessFile.Create();
        http.Response.RegisterForDisposeAsync(file);
        return await http.ReadInTime(ct => file.Receive(http.Request.Body, MaxBytes, ct))
            ? new PurchasesFileBody(file)
            : new PurchasesFileBody(InputErrors.BodyTooLarge(MaxBytes));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([ContentType], typeof(string)));
}
