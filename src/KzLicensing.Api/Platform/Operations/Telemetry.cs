using KzLicensing.Api.Platform.Journal;
using Npgsql;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Metrics at <c>/metrics</c>; traces and metrics also to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> when that is set.</summary>
internal static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT", Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <returns>Whether anybody is told.</returns>
    public static bool Read(Settings settings)
    {
        var (endpoint, protocol) = (settings.Configuration[Endpoint], settings.Configuration[Protocol]);
        if (!string.IsNullOrEmpty(endpoint))
            settings.Demand(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "https" or "http",
                Endpoint, "takes an address such as http://collector:4317");
        settings.Demand(string.IsNullOrEmpty(protocol) || protocol is "grpc" or "http/protobuf", Protocol, "takes grpc or http/protobuf");
        return !string.IsNullOrEmpty(endpoint);
    }

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var exports = builder.Read(Read);
        builder.Services.AddSingleton<FeedReaders>();
        if (exports || builder.Read(OperationsOptions.Read).Shows(builder.Environment))
            builder.Services.AddHostedService<RegistryFigures>();
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(Name).WithMetrics(metrics =>
        {
            metrics.AddMeter(
                    "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime",
                    CheckpointHealth.MeterName, Figures.MeterName)
                .AddPrometheusExporter();
            if (exports) metrics.AddOtlpExporter();
        });
        // Spans cost on every request; nobody reads them without an exporter.
        if (exports) telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation(Spell).AddNpgsql().AddOtlpExporter());
    }

    /// <summary>OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.</summary>
    private static void Name(ResourceBuilder resource) =>
        resource.AddService("kz-licensing", serviceVersion: Health.Version).AddEnvironmentVariableDetector();

    private static void Spell(AspNetCoreTraceInstrumentationOptions spans)
    {
        // Probes and scrapers ask day and night.
        spans.Filter = http => !http.Request.Path.StartsWithSegments("/health") && !http.Request.Path.StartsWithSegments("/metrics");
        spans.EnrichWithHttpResponse = (span, response) =>
        {
            if (RouteTemplate.Of(response.HttpContext.GetEndpoint()) is { } route) span.SetTag("http.route", route);
        };
    }
}
