using System.Reflection;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>One purchase as JSON, or many as CSV: at most 8 MiB, which wait on disk until the last byte is there.</summary>
internal sealed class PurchasesBody : IReadInput, IEndpointParameterMetadataProvider
{
    private const string Csv = "text/csv";
    public const int MaxBytes = 8 << 20;

    private PurchasesBody(JsonBody<RecordPurchase.Body> json) => (One, Refusal, Raw) = (json.Refusal is null ? json.Value : null, json.Refusal, json.Raw);

    private PurchasesBody(NamelessFile file) => (File, Raw) = (file, file.Sha256);

    private PurchasesBody(Error refusal) => Refusal = refusal;

    /// <summary>Null when a file came.</summary>
    public RecordPurchase.Body? One { get; }

    /// <summary>Null when one came.</summary>
    public NamelessFile? File { get; }

    public Error? Refusal { get; }
    public ReadOnlyMemory<byte> Raw { get; }

    public static async ValueTask<PurchasesBody> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase))
            return new PurchasesBody(await JsonBody<RecordPurchase.Body>.BindAsync(http, parameter));
        if (!type.IsUtf8()) return new PurchasesBody(InputErrors.NotUtf8());
        if (http.Request.ContentLength > MaxBytes) return new PurchasesBody(InputErrors.BodyTooLarge(MaxBytes));
        var file = NamelessFile.Create();
        http.Response.RegisterForDisposeAsync(file);
        return await http.ReadInTime(ct => file.Receive(http.Request.Body, MaxBytes, ct))
            ? new PurchasesBody(file)
            : new PurchasesBody(InputErrors.BodyTooLarge(MaxBytes));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json", Csv], typeof(RecordPurchase.Body)));
}
