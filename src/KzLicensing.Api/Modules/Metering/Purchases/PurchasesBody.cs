using System.Reflection;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>One purchase as JSON, or many as CSV by the way that a file went before it had one of its own.</summary>
internal sealed class PurchasesBody : IReadInput, IEndpointParameterMetadataProvider
{
    private PurchasesBody(JsonBody<RecordPurchase.Body> json) =>
        (One, Refusal, Raw) = (json.Refusal is null ? json.Value : null, json.Refusal, json.Raw);

    private PurchasesBody(PurchasesFileBody csv) => (File, Refusal, Raw) = (csv.File, csv.Refusal, csv.Raw);

    /// <summary>Null when a file came.</summary>
    public RecordPurchase.Body? One { get; }

    /// <summary>Null when one came.</summary>
    public NamelessFile? File { get; }

    public Error? Refusal { get; }
    public ReadOnlyMemory<byte> Raw { get; }

    public static async ValueTask<PurchasesBody> BindAsync(HttpContext http, ParameterInfo parameter) =>
        MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            && type.MediaType.Equals(PurchasesFileBody.ContentType, StringComparison.OrdinalIgnoreCase)
            ? new PurchasesBody(await PurchasesFileBody.BindAsync(http, parameter))
            : new PurchasesBody(await JsonBody<RecordPurchase.Body>.BindAsync(http, parameter));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json", PurchasesFileBody.ContentType], typeof(RecordPurchase.Body)));
}
