namespace KzLicensing.Api.Platform.Http;

/// <summary>What answers GET answers HEAD (RFC 9110 §9.3.2): the same headers, and no body goes out.</summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this WebApplication app) => app.Use((http, next) =>
    {
        // The server still knows that it was asked for the head only, and drops the body.
        if (HttpMethods.IsHead(http.Request.Method)) http.Request.Method = HttpMethods.Get;
        return next(http);
    });
}
