using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>The one shape of every refusal: RFC 9457 with a stable code, a title in the caller's language and a trace id.</summary>
internal sealed class Problem(Error error) : IResult
{
    public const string ContentType = "application/problem+json";

    public Task ExecuteAsync(HttpContext http)
    {
        var known = ErrorCatalogue.Of(error.Code);
        var body = new JsonObject
        {
            ["type"] = $"urn:kz-licensing:problem:{error.Code}",
            ["title"] = known.Title(),
            ["status"] = known.Status,
            ["detail"] = error.Detail,
            ["code"] = error.Code,
            ["traceId"] = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
        };
        foreach (var (name, value) in error.Extensions) body.TryAdd(name, JsonSerializer.SerializeToNode(value, Json.Options));

        // A 400 always lists what is wrong; here it is the request as a whole.
        if (known.Status == StatusCodes.Status400BadRequest && !body.ContainsKey("errors"))
            body["errors"] = new JsonArray(new JsonObject { ["pointer"] = "", ["code"] = error.Code, ["message"] = error.Detail });

        http.Response.StatusCode = known.Status;
        http.Response.ContentType = ContentType;
        (http.Response.Headers.CacheControl, http.Response.Headers.Vary) = ("no-store", "Accept, Accept-Language");
        if (known.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable) http.Response.Headers.RetryAfter = "1";
        return http.Response.WriteAsync(body.ToJsonString(Json.Options), http.RequestAborted);
    }
}
