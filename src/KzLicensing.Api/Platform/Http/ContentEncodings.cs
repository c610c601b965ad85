using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Says that an operation unpacks what it is sent.</summary>
internal sealed record TakesGzip;

/// <summary>
/// A body that is packed is read only where somebody unpacks it, within limits; elsewhere it would be taken for what it is not.
/// </summary>
internal static class ContentEncodings
{
    public static void UseContentEncodings(this WebApplication app) => app.Use((http, next) =>
        http.Request.Headers.ContentEncoding.Count > 0 && http.GetEndpoint() is { } endpoint && TakesPlainBodies(endpoint.Metadata)
            ? new Problem(InputErrors.EncodingUnsupported()).ExecuteAsync(http)
            : next(http));

    private static bool TakesPlainBodies(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<IAcceptsMetadata>() is not null && metadata.GetMetadata<TakesGzip>() is null;
}
