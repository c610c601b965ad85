using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A whole list as text: written down at the pace of the database, then sent at the pace of its reader.</summary>
/// <remarks>
/// All rows are of one moment, nothing is sent of a list that could not be read to its end, and a reader sees by the length when its copy
/// was cut.
/// </remarks>
internal abstract class WholeList<T>(Result<Rows<T>> result, string contentType) : IResult, IMadeAtWork
{
    private Result<Rows<T>> result = result;
    private NamelessFile? text;

    public async Task Make(HttpContext http)
    {
        if (result.IsFailure || text is not null) return;
        text = NamelessFile.Create();
        http.Response.RegisterForDisposeAsync(text);
        await Write(result.Value.Items, text.Content, http.RequestAborted);
        // While the text is sent, the rows need not stay in memory.
        result = new Rows<T>(AsyncEnumerable.Empty<T>());
        text.Content.Position = 0;
    }

    public async Task ExecuteAsync(HttpContext http)
    {
        if (result.IsFailure)
        {
            await new Problem(result.Error).ExecuteAsync(http);
            return;
        }

        await Make(http);
        http.Response.ContentType = contentType;
        http.Response.ContentLength = text!.Size;
        await text.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    protected abstract Task Write(IAsyncEnumerable<T> items, Stream text, CancellationToken ct);
}

/// <summary>Rows that are read as they are written down.</summary>
internal sealed record Rows<T>(IAsyncEnumerable<T> Items)
{
    public static Result<Rows<T>> Of(Result<IReadOnlyList<T>> list) => list.Map(l => new Rows<T>(l.ToAsyncEnumerable()));
}
