using System.IO.Pipelines;
using System.Reflection;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>How large a file of readings may be, and how many may come at once.</summary>
internal sealed record IngestOptions
{
    /// <summary>As sent, and again after unpacking.</summary>
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>How many times its size a packed file may unpack to; readings reach 10 to 40, a bomb 1,000.</summary>
    public int MaxInflation { get; init; } = 200;

    /// <summary>Files that stream at once, each on a database connection of its own.</summary>
    public int ConcurrentFiles { get; init; } = 8;

    /// <summary>Of one caller: whoever sends slowly keeps nobody else waiting.</summary>
    public int FilesPerCaller { get; init; } = 2;

    /// <summary>Files that may wait for that; beyond it 503.</summary>
    public int WaitingFiles { get; init; } = 64;

    /// <summary>A file that comes more slowly, on average, is not waited for.</summary>
    public int MinBytesPerSecond { get; init; } = 16 << 10;

    /// <summary>From the first byte to the last one: as long as a transaction may stay open.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(1);

    public static IngestOptions Read(Settings settings)
    {
        var options = settings.Section<IngestOptions>("Ingest");
        settings.DemandWithin(options.MaxBytes, 1, 1L << 40, "Ingest__MaxBytes");
        settings.DemandWithin(options.MaxInflation, 1, 1_000, "Ingest__MaxInflation");
        settings.DemandWithin(options.ConcurrentFiles, 1, 1_000, "Ingest__ConcurrentFiles");
        settings.DemandWithin(options.FilesPerCaller, 1, 1_000, "Ingest__FilesPerCaller");
        settings.DemandWithin(options.WaitingFiles, 0, 1_000_000, "Ingest__WaitingFiles");
        settings.DemandWithin(options.MinBytesPerSecond, 1, int.MaxValue, "Ingest__MinBytesPerSecond");
        settings.DemandWithin(options.MaxDuration, TimeSpan.FromDays(1), "Ingest__MaxDuration");
        return options;
    }
}

/// <summary>How a file writes readings down.</summary>
internal enum ReadingsFormat
{
    Csv,
    Ndjson,

    /// <summary>Layout 80020.</summary>
    Xml,
}

/// <summary>A streamed file of readings, packed or not, never held whole.</summary>
internal sealed class ReadingsBody : IReadInput, IEndpointParameterMetadataProvider
{
    private const int BufferSize = 1 << 15;

    /// <summary>So long a slow start is forgiven.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, ReadingsFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text/csv"] = ReadingsFormat.Csv,
        ["application/x-ndjson"] = ReadingsFormat.Ndjson,
        ["application/xml"] = ReadingsFormat.Xml,
        ["text/xml"] = ReadingsFormat.Xml,
    };

    private readonly PipeReader? pipe;

    private ReadingsBody(Error refusal) => Refusal = refusal;

    private ReadingsBody(ReadingsFormat format, string? charset, PipeReader pipe) => (Format, Charset, this.pipe) = (format, charset, pipe);

    public ReadingsFormat Format { get; }

    /// <summary>As the header names it; null when it names none.</summary>
    public string? Charset { get; }
    public PipeReader Pipe => pipe!;
    public Error? Refusal { get; }

    public static ValueTask<ReadingsBody> BindAsync(HttpContext http, ParameterInfo parameter) => ValueTask.FromResult(Bind(http));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new AcceptsMetadata([.. Formats.Keys], typeof(string)));
        builder.Metadata.Add(new TakesGzip());
    }

    private static ReadingsBody Bind(HttpContext http)
    {
        var limits = http.RequestServices.GetRequiredService<IngestOptions>();
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !Formats.TryGetValue(type.MediaType.ToString(), out var format))
            return new ReadingsBody(InputErrors.WrongContentType(string.Join(", ", Formats.Keys)));
        var charset = type.CharsetName();
        if (format is not ReadingsFormat.Xml && !type.IsUtf8()) return new ReadingsBody(InputErrors.NotUtf8());
        if (charset is not null && MessageEncoding.Find(charset) is null) return new ReadingsBody(MeteringErrors.CharsetUnknown());
        if (http.Request.ContentLength > limits.MaxBytes) return new ReadingsBody(InputErrors.BodyTooLarge(limits.MaxBytes));
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = limits.MaxBytes;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(limits.MinBytesPerSecond, Grace);
        return http.Request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
        {
            "" or "identity" => new ReadingsBody(format, charset, http.Request.BodyReader),
            "gzip" => new ReadingsBody(format, charset, Unpack(http, limits)),
            _ => new ReadingsBody(MeteringErrors.EncodingUnsupported()),
        };
    }

    private static PipeReader Unpack(HttpContext http, IngestOptions limits)
    {
        var inflated = new InflatedBody(http.Request.Body, limits);
        http.Response.RegisterForDispose(inflated);
        return PipeReader.Create(inflated, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
    }
}
