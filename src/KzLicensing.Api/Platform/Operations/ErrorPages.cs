using System.Net;
using System.Text;
using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>The catalogue of codes, for people and for machines.</summary>
internal static class ErrorPages
{
    public static void MapErrorPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/errors", (HttpRequest request) => Answer(request, ErrorCatalogue.All.Values.OrderBy(e => e.Status).ThenBy(e => e.Code)))
            .AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/errors/{code}", (string code, HttpRequest request) =>
                ErrorCatalogue.All.TryGetValue(code, out var known) ? Answer(request, [known]) : new Problem(new("not-found", "There is no such code.")))
            .AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Answer(HttpRequest request, IEnumerable<KnownError> errors)
    {
        request.HttpContext.Response.Headers.Vary = "Accept";
        return request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? Results.Content(Page(errors), "text/html; charset=utf-8")
            : Results.Json(errors, Json.Options);
    }

    private static string Page(IEnumerable<KnownError> errors)
    {
        var rows = new StringBuilder();
        foreach (var e in errors)
        {
            var cells = new[] { $"<a href=\"/errors/{e.Code}\"><code>{e.Code}</code></a>", e.Status == 0 ? "in a 400" : $"{e.Status}", e.En, e.Ru, e.Kk, WebUtility.HtmlEncode(e.Advice ?? "") };
            rows.Append("<tr>").AppendJoin("", cells.Select(c => $"<td>{c}</td>")).Append("</tr>");
        }

        return $$"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>KzLicensing errors</title>
            <style>body{font:15px system-ui;margin:2rem}td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #ddd}</style></head>
            <body><h1>Error codes</h1><table><tr><th>code</th><th>status</th><th>en</th><th>ru</th><th>kk</th><th>what to do</th></tr>{{rows}}</table></body></html>
            """;
    }
}
