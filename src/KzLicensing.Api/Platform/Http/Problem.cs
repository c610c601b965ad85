using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>
/// The one shape of every refusal: RFC 9457 with a stable code, a trace id, and all that is said in the caller's language.
/// </summary>
internal sealed class Problem(Error error) : IResult
{
    public const string ContentType = "application/problem+json";

    public Task ExecuteAsync(HttpContext http)
    {
        var known = ErrorCatalogue.Of(error.Code);
        var status = known.AnswerStatus;
        var body = new JsonObject
        {
            ["type"] = $"urn:kz-licensing:problem:{error.Code}",
            ["title"] = known.Title.ForCaller(),
            ["status"] = status,
            ["detail"] = Details.Of(error),
            ["advice"] = known.Advice.ForCaller(),
            ["code"] = error.Code,
            ["traceId"] = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
        };
        foreach (var (name, value) in error.Extensions) body.TryAdd(name, JsonSerializer.SerializeToNode(value, Json.Options));

        // A 400 always lists what is wrong; here it is the request as a whole.
        if (status == StatusCodes.Status400BadRequest && !body.ContainsKey("errors"))
            body["errors"] =
                new JsonArray(new JsonObject { ["pointer"] = "", ["code"] = error.Code, ["message"] = known.Message.ForCaller() });

        Figures.Refused(error.Code);
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        (http.Response.Headers.CacheControl, http.Response.Headers.Vary) = ("no-store", "Accept, Accept-Language");
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = "1";
        return http.Response.WriteAsync(body.ToJsonString(Json.Options), http.RequestAborted);
    }
}
