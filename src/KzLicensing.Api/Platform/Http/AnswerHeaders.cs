namespace KzLicensing.Api.Platform.Http;

/// <summary>
/// What every answer says, errors and files too: it is what its content type names, nobody keeps it unless it is public, and where its form
/// depends on what the caller accepts, a cache knows it.
/// </summary>
internal static class AnswerHeaders
{
    public static void UseAnswerHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        // At the last moment: what handles an exception throws away the headers that were set before.
        http.Response.OnStarting(static state => Complete((HttpContext)state), http);
        return next(http);
    });

    private static Task Complete(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
        if (headers.Vary.Count == 0 && HasSeveralForms(http.GetEndpoint())) headers.Vary = "Accept";
        return Task.CompletedTask;
    }

    private static bool HasSeveralForms(Endpoint? endpoint) =>
        endpoint is not null
            && (endpoint.Metadata.GetMetadata<AlsoCsv>() is not null || endpoint.Metadata.GetMetadata<AlsoNdjson>() is not null);
}
