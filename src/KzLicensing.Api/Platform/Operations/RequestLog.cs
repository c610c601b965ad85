using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>One line for each request: what was asked for, how it ended, how long it took and in which role.</summary>
/// <remarks>Whom it was about and who asked, it does not say.</remarks>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> log)
{
    private const string Nothing = "none";

    public async Task InvokeAsync(HttpContext http)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            // What handles an exception forgets which endpoint had it.
            var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
            var level = endpoint?.Metadata.GetMetadata<Unlimited>() is null ? LogLevel.Information : LogLevel.Debug;
            var roles = string.Join(' ', http.User.FindAll("roles").Select(r => r.Value));
            Say(level, http.Request.Method, RouteTemplate.Of(endpoint) ?? Nothing, http.Response.StatusCode,
                Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1), roles.Length > 0 ? roles : Nothing);
        }
    }

    [LoggerMessage("{Method} {Route}: {Status} after {DurationMs} ms, role {Roles}")]
    private partial void Say(LogLevel level, string method, string route, int status, double durationMs, string roles);
}
