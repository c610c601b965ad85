using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>The log as machines read it: one JSON object a line, in UTC, with the trace id that a problem shows.</summary>
/// <remarks>
/// The framework's own lines carry every request's path, and with it who is looked for; these carry what was said, and no scopes.
/// </remarks>
internal sealed class JsonLines() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "json-lines";

    private static readonly JsonWriterOptions Legible = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Taken = ["timestamp", "level", "category", "message", "traceId", "exception", "{OriginalFormat}"];

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Legible))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", TimeProvider.System.GetUtcNow().UtcDateTime);
            json.WriteString("level", logEntry.LogLevel.ToString());
            json.WriteString("category", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (Activity.Current is { } activity) json.WriteString("traceId", activity.TraceId.ToHexString());
            WriteFacts(json, logEntry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? []);
            if (logEntry.Exception is { } exception) json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteFacts(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> facts)
    {
        foreach (var (name, value) in facts)
        {
            var member = char.ToLowerInvariant(name[0]) + name[1..];
            if (Taken.Contains(member)) continue;
            if (value is int or long) json.WriteNumber(member, Convert.ToInt64(value, CultureInfo.InvariantCulture));
            else if (value is double number) json.WriteNumber(member, number);
            else json.WriteString(member, Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }
}

internal static class JsonLinesLogging
{
    public static ILoggingBuilder AddJsonLines(this ILoggingBuilder logging) => logging
        .AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>()
        .AddConsole(console => console.FormatterName = JsonLines.FormatterName);
}
