using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A list comes in pages, and as a file for spreadsheets whole: whatever its <c>limit</c>, to its end.</summary>
internal static class Lists
{
    /// <param name="ask">Asked for all items, or for a page of them.</param>
    public static Task<Results<Reply<Page<T>>, CsvReply<T>>> Answer<T>(HttpRequest request, Func<bool, Task<Result<Page<T>>>> ask) =>
        Answer(request, ask, page => page.Items);

    /// <param name="ask">Asked for all items, or for a page of them.</param>
    /// <param name="lines">The items as lines of a spreadsheet.</param>
    public static async Task<Results<Reply<TAnswer>, CsvReply<TLine>>> Answer<TAnswer, TLine>(
        HttpRequest request, Func<bool, Task<Result<TAnswer>>> ask, Func<TAnswer, IEnumerable<TLine>> lines)
    {
        var whole = Accepts.Csv(request);
        var answer = await ask(whole);
        return whole ? new CsvReply<TLine>(answer.Map(a => new Rows<TLine>(lines(a).ToAsyncEnumerable()))) : new Reply<TAnswer>(answer);
    }
}
