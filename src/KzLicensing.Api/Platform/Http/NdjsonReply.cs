using System.Buffers;
using System.IO.Pipelines;
using System.Reflection;
using System.Text.Json;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Http;

internal static class NdjsonReply
{
    public const string ContentType = "application/x-ndjson";
}

/// <summary>A whole list for machines: one JSON object a line.</summary>
internal sealed class NdjsonReply<T>(Result<IReadOnlyList<T>> list)
    : WholeList<T>(Rows<T>.Of(list), NdjsonReply.ContentType), IEndpointMetadataProvider
{
    private const int FlushEvery = 64 * 1024;

    protected override async Task Write(IAsyncEnumerable<T> items, Stream text, CancellationToken ct)
    {
        var lines = PipeWriter.Create(text, new StreamPipeWriterOptions(leaveOpen: true));
        await using var json = new Utf8JsonWriter(lines, new JsonWriterOptions { Encoder = Json.Options.Encoder });
        await foreach (var item in items.WithCancellation(ct))
        {
            JsonSerializer.Serialize(json, item, Json.Options);
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
            if (lines.UnflushedBytes > FlushEvery) await lines.FlushAsync(ct);
        }

        await lines.CompleteAsync();
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new AlsoNdjson());
}

/// <summary>Says that an operation also answers <c>application/x-ndjson</c>.</summary>
internal sealed record AlsoNdjson : ISendsWholeList
{
    public bool IsAsked(HttpRequest request) => Accepts.Ndjson(request);
}
