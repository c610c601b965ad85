using System.Reflection;
using System.Text;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Http;

/// <summary>
/// A whole list as a file for spreadsheets: the members' names, then one line an item, quoted as RFC 4180 says; one value a cell.
/// </summary>
internal sealed class CsvReply<T>(Result<Rows<T>> rows) : WholeList<T>(rows, "text/csv; charset=utf-8"), IEndpointMetadataProvider
{
    private const int BufferChars = 16 * 1024;
    private static readonly IReadOnlyList<Column> Columns = [.. Column.Of(typeof(T))];

    public CsvReply(Result<IReadOnlyList<T>> list)
        : this(Rows<T>.Of(list))
    {
    }

    protected override async Task Write(IAsyncEnumerable<T> items, Stream text, CancellationToken ct)
    {
        await using var lines = new StreamWriter(text, new UTF8Encoding(false), BufferChars, leaveOpen: true) { NewLine = "\r\n" };
        await lines.WriteLineAsync(string.Join(',', Columns.Select(c => c.Name)));
        await foreach (var item in items.WithCancellation(ct))
            await lines.WriteLineAsync(string.Join(',', Columns.Select(c => c.Cell(item!))));
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new AlsoCsv());
}

/// <summary>Says that an operation also answers <c>text/csv</c>.</summary>
internal sealed record AlsoCsv : ISendsWholeList
{
    public bool IsAsked(HttpRequest request) => Accepts.Csv(request);
}
