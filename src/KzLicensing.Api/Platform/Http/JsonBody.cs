using System.Buffers;
using System.Reflection;
using System.Text;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Input that could not be read; <see cref="RefuseUnreadableInput"/> answers before the endpoint runs.</summary>
internal interface IReadInput
{
    Error? Refusal { get; }

    /// <summary>What was read, for the fingerprint of an idempotency key.</summary>
    ReadOnlyMemory<byte> Raw => default;
}

internal static class JsonBody
{
    public const int MaxBytes = 1 << 20;
}

/// <summary>A JSON body, read strictly and whole: at most 1 MiB of UTF-8.</summary>
internal sealed class JsonBody<T> : IReadInput, IEndpointParameterMetadataProvider
{
    private const int MaxBytes = JsonBody.MaxBytes, FirstBytes = 16 << 10;
    private readonly Result<T> read;

    private JsonBody(Result<T> read, ReadOnlyMemory<byte> raw = default) => (this.read, Raw) = (read, raw);

    public T Value => read.Value!;
    public Error? Refusal => read.Error;
    public ReadOnlyMemory<byte> Raw { get; }

    public static async ValueTask<JsonBody<T>> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        var bytes = await http.ReadInTime(ct => ReadWhole(http.Request, ct));
        return bytes.IsFailure ? new(bytes.Error) : new(StrictJson.Read<T>(bytes.Value, Json.Typed), bytes.Value);
    }

    private static async Task<Result<ReadOnlyMemory<byte>>> ReadWhole(HttpRequest request, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return InputErrors.WrongContentType("application/json");
        if (!type.IsUtf8()) return InputErrors.NotUtf8();
        if (request.ContentLength > MaxBytes) return InputErrors.BodyTooLarge(MaxBytes);

        // What is announced need not come: memory is taken for what is there.
        var whole = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? FirstBytes, FirstBytes) + 1);
        int read;
        while ((read = await request.Body.ReadAsync(whole.GetMemory(), ct)) > 0)
        {
            whole.Advance(read);
            if (whole.WrittenCount > MaxBytes) return InputErrors.BodyTooLarge(MaxBytes);
        }

        var bytes = whole.WrittenMemory;
        return bytes.Span.StartsWith(Encoding.UTF8.Preamble) || bytes.Span.Contains((byte)0) ? InputErrors.NotUtf8() : bytes;
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));
}
