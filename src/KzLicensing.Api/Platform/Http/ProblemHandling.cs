using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Operations;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Turns accidents and bare statuses into the one problem shape, saying nothing internal.</summary>
internal sealed partial class ProblemHandling(ILogger<ProblemHandling> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken ct)
    {
        if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested) return true;
        var error = Explain(exception);
        if (error.Code == "internal-error")
            Say(exception, http.Request.Method, RouteTemplate.Of(http.Features.Get<IExceptionHandlerFeature>()?.Endpoint));
        await new Problem(error).ExecuteAsync(http);
        return true;
    }

    /// <summary>For answers that middleware left without a body: routing, authentication, rate limits.</summary>
    public static async Task DescribeStatus(StatusCodeContext context)
    {
        var http = context.HttpContext;
        if (OfStatus(http) is { } error) await new Problem(error).ExecuteAsync(http);
    }

    [LoggerMessage(LogLevel.Error, "Unhandled: {Method} {Route}")]
    private partial void Say(Exception exception, string method, string? route);

    private static Error Explain(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new("body-too-large", "The body is larger than this operation takes."),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => new("request-timeout", "The body came too slowly."),
        InvalidDataException => new("malformed-request", "The request cannot be read."),
        BadHttpRequestException bad => new("malformed-request", bad.Message),
        AuthorityUnavailableException =>
            new("authority-unavailable", "Tokens cannot be checked: the identity authority does not answer at the moment."),
        CommitUnknownException => new("outcome-unknown",
            "The connection broke while committing. Repeat the request with the same Idempotency-Key to learn the outcome."),
        PostgresException
        {
            SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure
        } =>
            new("busy", "Others are changing the same thing. Try again in a moment."),
        PostgresException { IsTransient: true } or NpgsqlException { IsTransient: true }
            or NpgsqlException { InnerException: IOException or TimeoutException } =>
            new("database-unavailable", "The database does not answer at the moment."),
        PostgresException { SqlState: var state } when state.StartsWith("57", StringComparison.Ordinal)
            || state.StartsWith("08", StringComparison.Ordinal) =>
            new("database-unavailable", "The database does not answer at the moment."),
        _ => new("internal-error", "Something went wrong on our side. The trace id leads to it."),
    };

    private static Error? OfStatus(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status400BadRequest => new("malformed-request", "The request cannot be read."),
        StatusCodes.Status401Unauthorized => new("token-required", "A valid bearer token is needed."),
        StatusCodes.Status403Forbidden => PermissionMissing(http.GetEndpoint()?.Metadata.GetMetadata<Permission>()?.Name),
        StatusCodes.Status404NotFound => new("not-found", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new("method-not-allowed", "This address does not take this method; see the Allow header."),
        StatusCodes.Status406NotAcceptable => InputErrors.NotAcceptable(),
        StatusCodes.Status415UnsupportedMediaType => new("unsupported-media-type", "This operation does not take this media type."),
        StatusCodes.Status429TooManyRequests => new("too-many-requests", "You are sending faster than your share."),
        StatusCodes.Status503ServiceUnavailable => new("overloaded", "The service is at its limit."),
        _ => null,
    };

    private static Error PermissionMissing(string? permission) => permission is null
        ? new("permission-missing", "Nobody may do this.")
        : new Error("permission-missing", $"None of your roles has the permission '{permission}'.").With("missing", permission);
}

/// <summary>COMMIT was sent and no answer came: the effect may or may not exist.</summary>
internal sealed class CommitUnknownException(Exception inner) : Exception("The outcome of COMMIT is unknown.", inner);
