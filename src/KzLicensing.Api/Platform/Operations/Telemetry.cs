using KzLicensing.Api.Platform.Journal;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Metrics at <c>/metrics</c>; traces and metrics also to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> when that is set.</summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var exports = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime", CheckpointHealth.MeterName).AddPrometheusExporter();
            if (exports) metrics.AddOtlpExporter();
        });
        // Spans cost on every request; nobody reads them without an exporter.
        if (exports) telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddNpgsql().AddOtlpExporter());
    }
}
