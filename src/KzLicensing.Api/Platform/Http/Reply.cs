using System.Reflection;
using System.Text;
using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Idempotency;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Http;

/// <summary>A mutable resource: its version is its strong ETag.</summary>
internal interface IVersioned
{
    int Version { get; }

    /// <summary>What the representation shows beside its version: a status or a count that follows from the day.</summary>
    string? Face => null;
}

/// <summary>The answer of a use case: 200 with the value, or the problem that the error names.</summary>
internal class Reply<T>(Result<T> result, Func<T, string>? location = null) : IResult, IEndpointMetadataProvider
{
    protected virtual int Status => StatusCodes.Status200OK;

    public async Task ExecuteAsync(HttpContext http)
    {
        if (result.IsFailure)
        {
            await new Problem(result.Error).ExecuteAsync(http);
            return;
        }

        var headers = http.Response.Headers;
        if (http.RequestServices.GetRequiredService<IdempotencyKey>().Replayed) headers["Idempotency-Replayed"] = "true";
        if (http.RequestServices.GetRequiredService<LaggingReads>().Written is { } number) headers[LaggingReads.Header] = $"{number}";
        // What was only tried is nowhere, and no version of anything.
        var isTry = http.RequestServices.GetRequiredService<Rehearsal>().IsOn;
        if (isTry) headers[Rehearsal.Header] = "true";
        if (location is not null && !isTry) headers.Location = location(result.Value);
        if (result.Value is IVersioned versioned && !isTry)
        {
            var tag = ETag.Of(versioned.Version, versioned.Face);
            headers.ETag = tag;
            if (HttpMethods.IsGet(http.Request.Method) && IsKnown(http.Request, tag))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        http.Response.StatusCode = isTry ? StatusCodes.Status200OK : Status;
        http.Response.ContentType = "application/json";
        var body = result.Value is StoredJson stored
            ? Encoding.UTF8.GetBytes(stored.Text)
            : JsonSerializer.SerializeToUtf8Bytes(result.Value, Json.Options);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static bool IsKnown(HttpRequest request, string current) =>
        request.Headers.IfNoneMatch.SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries))
            .Any(tag => tag == "*" || tag == current || tag == "W/" + current);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => Describe(builder, StatusCodes.Status200OK);

    protected static void Describe(EndpointBuilder builder, int status) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(T), ["application/json"]));
}

/// <summary>201 with the new resource and where it is.</summary>
internal sealed class CreatedReply<T>(Result<T> result, Func<T, string> location) : Reply<T>(result, location), IEndpointMetadataProvider
{
    protected override int Status => StatusCodes.Status201Created;
    public static new void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => Describe(builder, StatusCodes.Status201Created);
}

/// <summary>202: the work goes on; the location tells how far it is.</summary>
internal sealed class AcceptedReply<T>(Result<T> result, Func<T, string> location) : Reply<T>(result, location), IEndpointMetadataProvider
{
    protected override int Status => StatusCodes.Status202Accepted;
    public static new void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => Describe(builder, StatusCodes.Status202Accepted);
}
