using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Platform.Http;

/// <summary>In which form an operation answers: the one that the caller likes best of those that it has (RFC 9110 §12.5.1).</summary>
/// <remarks>A problem is told as a problem whatever is accepted: nobody has to name its media type.</remarks>
internal static class Accepts
{
    /// <summary>Refuses with 406 who accepts nothing that the operation answers, before it reads or does anything.</summary>
    public static void UseAcceptable(this WebApplication app) => app.Use((http, next) =>
    {
        if (Served(http) is not { Count: > 0 } served || Chosen(http.Request, served) is not null) return next(http);
        http.Response.StatusCode = StatusCodes.Status406NotAcceptable;
        return Task.CompletedTask;
    });

    /// <summary>True when <c>text/csv</c> is what the caller likes best; without a word the answer is JSON.</summary>
    public static bool Csv(HttpRequest request) => Likes(request, "text/csv");

    public static bool Ndjson(HttpRequest request) => Likes(request, NdjsonReply.ContentType);

    /// <summary>True when the caller likes this form of the operation's answer best.</summary>
    public static bool Likes(HttpRequest request, string mediaType) => Chosen(request, Served(request.HttpContext)) == mediaType;

    /// <summary>True when the caller takes an answer of this type, be it that it would like another one better.</summary>
    public static bool Takes(HttpRequest request, string mediaType) => Chosen(request, [mediaType]) is not null;

    /// <summary>
    /// What is named first wins among equals, and what the operation names first where the caller leaves it to the operation.
    /// </summary>
    private static string? Chosen(HttpRequest request, IReadOnlyList<string> served)
    {
        var ranges = request.GetTypedHeaders().Accept;
        if (ranges.Count == 0) return request.Headers.Accept.All(string.IsNullOrWhiteSpace) ? served[0] : null;
        return served.Select(type => (Type: type, Range: RangeOf(type, ranges)))
            .Where(c => c.Range is not null && c.Range.Quality is not 0)
            .OrderByDescending(c => c.Range!.Quality ?? 1)
            .ThenBy(c => ranges.IndexOf(c.Range!))
            .FirstOrDefault().Type;
    }

    /// <summary>What is said of a type itself counts before what is said of all like it. Parameters are no reason to refuse.</summary>
    private static MediaTypeHeaderValue? RangeOf(string type, IList<MediaTypeHeaderValue> ranges) => ranges
        .Where(r => r.MatchesAllTypes || (r.MatchesAllSubTypes && type.StartsWith($"{r.Type}/", StringComparison.OrdinalIgnoreCase))
            || r.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
        .MinBy(r => r.MatchesAllTypes ? 2 : r.MatchesAllSubTypes ? 1 : 0);

    /// <summary>The media types of an operation's success, its own first.</summary>
    private static List<string> Served(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata is not { } metadata) return [];
        var types = metadata.OfType<IProducesResponseTypeMetadata>().Where(p => p.StatusCode < 300).SelectMany(p => p.ContentTypes)
            .Distinct().ToList();
        if (metadata.GetMetadata<AlsoCsv>() is not null) types.Add("text/csv");
        if (metadata.GetMetadata<AlsoNdjson>() is not null) types.Add(NdjsonReply.ContentType);
        return types;
    }
}
