using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A whole list as a file for spreadsheets: the members' names, then one line an item, quoted as RFC 4180 says.</summary>
internal sealed class CsvReply<T>(Result<Rows<T>> rows) : WholeList<T>(rows, "text/csv; charset=utf-8"), IEndpointMetadataProvider
{
    private const int BufferChars = 16 * 1024;
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@");
    private static readonly IList<JsonPropertyInfo> Columns = Json.Options.GetTypeInfo(typeof(T)).Properties;

    public CsvReply(Result<IReadOnlyList<T>> list)
        : this(Rows<T>.Of(list))
    {
    }

    protected override async Task Write(IAsyncEnumerable<T> items, Stream text, CancellationToken ct)
    {
        await using var lines = new StreamWriter(text, new UTF8Encoding(false), BufferChars, leaveOpen: true) { NewLine = "\r\n" };
        await lines.WriteLineAsync(string.Join(',', Columns.Select(c => c.Name)));
        await foreach (var item in items.WithCancellation(ct))
            await lines.WriteLineAsync(string.Join(',', Columns.Select(c => Cell(c.Get!(item!), c.PropertyType))));
    }

    /// <summary>The same text as in JSON. What a spreadsheet would run as a formula starts with an apostrophe.</summary>
    private static string Cell(object? value, Type type)
    {
        var node = JsonSerializer.SerializeToNode(value, type, Json.Options);
        var text = node is JsonArray or JsonObject ? node.ToJsonString(Json.Options) : node?.ToString() ?? "";
        if (value is string && RunsAsFormula(text)) text = "'" + text;
        return text.AsSpan().ContainsAny(NeedQuotes) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    /// <summary>Blanks before it do not help.</summary>
    private static bool RunsAsFormula(string text) =>
        text is ['\t' or '\r', ..] || (text.AsSpan().TrimStart() is { Length: > 0 } rest && BeginsFormula.Contains(rest[0]));

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new AlsoCsv());
}

/// <summary>Says that an operation also answers <c>text/csv</c>.</summary>
internal sealed record AlsoCsv : ISentAtLength
{
    public bool IsAsked(HttpRequest request) => Accepts.Csv(request);
}
