using System.Globalization;
using System.Reflection;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>The version that the caller has seen, from <c>If-Match: "3"</c>.</summary>
internal readonly record struct IfMatch(string? Header)
{
    public static ValueTask<IfMatch> BindAsync(HttpContext http, ParameterInfo parameter) =>
        ValueTask.FromResult(new IfMatch(http.Request.Headers.IfMatch is { Count: > 0 } header ? header.ToString() : null));

    /// <summary>
    /// For PUT and for decisions: 428 without one version (<c>*</c> names none, a list does not say which), 412 with another one.
    /// </summary>
    public Error? Demand(int version) =>
        Header is null or "*" || Header.Contains(',', StringComparison.Ordinal) ? InputErrors.IfMatchMissing(version) : Honor(version);

    /// <summary>For other transitions: honored when sent.</summary>
    public Error? Honor(int version) => Header is null or "*" || Names(version) ? null : InputErrors.IfMatchStale(version);

    /// <summary>
    /// Strong comparison (RFC 9110 §13.1.1): a weak tag never matches. Of a tag only the version counts: a decision is about what was
    /// written.
    /// </summary>
    private bool Names(int version) => Header!.Split(',', StringSplitOptions.TrimEntries).Any(tag => ETag.VersionOf(tag) == version);
}

/// <summary>
/// The version of a resource, and what else its representation depends on, such as the day: <c>"3"</c>, <c>"3.Suspended"</c>.
/// </summary>
internal static class ETag
{
    public static string Of(int version, string? face = null) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{version}{(face is null ? "" : ".")}{face}\"");

    public static int? VersionOf(string tag)
    {
        if (tag.Length < 3 || tag[0] != '"' || tag[^1] != '"') return null;
        var number = tag[1..^1].Split('.')[0];
        return number is not ['0', _, ..] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version : null;
    }
}
