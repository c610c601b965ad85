using System.Buffers;
using System.Reflection;
using System.Text.Json;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A whole list for machines: one JSON object a line, sent as it is written.</summary>
internal sealed class NdjsonReply<T>(Result<IReadOnlyList<T>> result) : IResult, IEndpointMetadataProvider
{
    public const string ContentType = "application/x-ndjson";
    private const int FlushEvery = 64 * 1024;

    public async Task ExecuteAsync(HttpContext http)
    {
        if (result.IsFailure)
        {
            await new Problem(result.Error).ExecuteAsync(http);
            return;
        }

        http.Response.ContentType = ContentType;
        var body = http.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = Json.Options.Encoder });
        foreach (var item in result.Value)
        {
            JsonSerializer.Serialize(json, item, Json.Options);
            json.Flush();
            json.Reset();
            body.Write("\n"u8);
            if (body.UnflushedBytes > FlushEvery) await body.FlushAsync(http.RequestAborted);
        }
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new AlsoNdjson());
}

/// <summary>Says that an operation also answers <c>application/x-ndjson</c>.</summary>
internal sealed record AlsoNdjson;
