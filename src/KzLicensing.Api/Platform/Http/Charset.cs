using Microsoft.Net.Http.Headers;

namespace KzLicensing.Api.Platform.Http;

/// <summary>The encoding that a content type names: with quotes or without, it is the same one.</summary>
internal static class Charset
{
    /// <summary>Null when it names none.</summary>
    public static string? CharsetName(this MediaTypeHeaderValue type) => HeaderUtilities.RemoveQuotes(type.Charset).Value;

    /// <summary>What names no encoding is UTF-8.</summary>
    public static bool IsUtf8(this MediaTypeHeaderValue type) =>
        type.CharsetName() is not { } name || name.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
