using System.Globalization;
using System.Net;
using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>The catalogue of codes: for people in their language, for machines in all of them.</summary>
internal static class ErrorPages
{
    private static readonly Trilingual Heading = new("Error codes", "Коды ошибок", "Қате кодтары");
    private static readonly Trilingual InsideOf = new("inside of a {0}", "внутри {0}", "{0} ішінде");

    public static void MapErrorPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/errors",
            (HttpRequest request) => Answer(request, ErrorCatalogue.All.Values.OrderBy(e => e.Status).ThenBy(e => e.Code)))
            .AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/errors/{code}", (string code, HttpRequest request) =>
                ErrorCatalogue.All.TryGetValue(code, out var known)
                    ? Answer(request, [known])
                    : new Problem(new("not-found", "There is no such code.")))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Answer(HttpRequest request, IEnumerable<KnownError> errors)
    {
        request.HttpContext.Response.Headers.Vary = "Accept, Accept-Language";
        return request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? Results.Content(Page(errors), "text/html; charset=utf-8")
            : Results.Json(errors, Json.Options);
    }

    private static string Page(IEnumerable<KnownError> errors) => $$"""
        <!doctype html><html lang="{{CultureInfo.CurrentUICulture.TwoLetterISOLanguageName}}"><head><meta charset="utf-8">
        <title>KzLicensing: {{Heading.ForCaller()}}</title>
        <style>body{font:15px/1.4 system-ui;margin:2rem auto;max-width:50rem;padding:0 1rem}h2{font-size:1rem;margin:1.5rem 0 0}p{margin:.2rem 0}
        a{color:inherit}small{font-weight:normal;color:#666}:target{background:#ffd}</style></head>
        <body><nav><a href="?ui-culture=en">en</a> <a href="?ui-culture=ru">ru</a> <a href="?ui-culture=kk">kk</a></nav>
        <h1>{{Heading.ForCaller()}}</h1>{{string.Concat(errors.Select(Entry))}}</body></html>
        """;

    private static string Entry(KnownError error) => $"""
        <h2 id="{error.Code}"><a href="/errors/{error.Code}"><code>{error.Code}</code></a> <small>{Where(error)}</small></h2>
        <p><b>{Encoded(error.Title)}.</b> {Encoded(error.Advice)}</p>
        """;

    private static string Where(KnownError error) => error.Status is { } status
        ? status.ToString(CultureInfo.InvariantCulture)
        : string.Format(CultureInfo.InvariantCulture, InsideOf.ForCaller(), error.Within);

    private static string Encoded(Trilingual text) => WebUtility.HtmlEncode(text.ForCaller());
}
