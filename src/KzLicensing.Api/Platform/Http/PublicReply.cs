using System.Buffers.Text;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Http;

/// <summary>What anybody may read and any cache may keep for a while: its tag is the digest of the very bytes.</summary>
internal sealed class PublicReply<T>(Result<T> result) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext http) => result.IsFailure
        ? new Problem(result.Error).ExecuteAsync(http)
        : PublicBytes.Write(http, JsonSerializer.SerializeToUtf8Bytes(result.Value, Json.Options), "application/json");

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
        builder.Metadata.Add(new AnswersHeaders("ETag"));
    }
}

internal static class PublicBytes
{
    /// <summary>Long enough to carry a rush of readers, short enough that a suspension is seen at once.</summary>
    private const string KeepForAMinute = "public, max-age=60";

    public static Task Write(HttpContext http, byte[] body, string contentType) => Write(http, TagOf(body), () => body, contentType);

    /// <param name="make">Asked for the body only when the reader has not got it.</param>
    public static async Task Write(HttpContext http, string tag, Func<byte[]> make, string contentType)
    {
        var headers = http.Response.Headers;
        (headers.ETag, headers.CacheControl, headers.Vary) = (tag, KeepForAMinute, "Accept");
        if (http.Request.Headers.IfNoneMatch.SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries))
            .Any(t => t == "*" || Plain(t) == Plain(tag)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var body = make();
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    public static string TagOf(byte[] content) => $"\"{Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 15))}\"";

    private static string Plain(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}
