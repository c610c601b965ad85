using System.Buffers;
using System.Reflection;
using System.Text.Unicode;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>One purchase as JSON, or many as CSV: at most 8 MiB of UTF-8.</summary>
internal sealed class PurchasesBody : IReadInput, IEndpointParameterMetadataProvider
{
    private const string Csv = "text/csv";
    private const int MaxBytes = 8 << 20;

    private PurchasesBody(JsonBody<RecordPurchase.Body> json) => (One, Refusal, Raw) = (json.Refusal is null ? json.Value : null, json.Refusal, json.Raw);

    private PurchasesBody(Result<ReadOnlyMemory<byte>> file) => (Refusal, Raw) = (file.Error, file.Value);

    /// <summary>Null when a file came.</summary>
    public RecordPurchase.Body? One { get; }

    public Error? Refusal { get; }
    public ReadOnlyMemory<byte> Raw { get; }

    public static async ValueTask<PurchasesBody> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase))
            return new PurchasesBody(await JsonBody<RecordPurchase.Body>.BindAsync(http, parameter));
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return new PurchasesBody(InputErrors.NotUtf8());
        return new PurchasesBody(await ReadWhole(http.Request, http.RequestAborted));
    }

    private static async Task<Result<ReadOnlyMemory<byte>>> ReadWhole(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaxBytes) return InputErrors.BodyTooLarge(MaxBytes);
        var whole = new ArrayBufferWriter<byte>();
        int read;
        while ((read = await request.Body.ReadAsync(whole.GetMemory(), ct)) > 0)
        {
            whole.Advance(read);
            if (whole.WrittenCount > MaxBytes) return InputErrors.BodyTooLarge(MaxBytes);
        }

        return Utf8.IsValid(whole.WrittenSpan) && !whole.WrittenSpan.Contains((byte)0) ? whole.WrittenMemory : InputErrors.NotUtf8();
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json", Csv], typeof(RecordPurchase.Body)));
}
