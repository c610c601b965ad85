using System.Globalization;
using System.Reflection;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>The version that the caller has seen, from <c>If-Match: "3"</c>.</summary>
internal readonly record struct IfMatch(string? Header)
{
    public static ValueTask<IfMatch> BindAsync(HttpContext http, ParameterInfo parameter) =>
        ValueTask.FromResult(new IfMatch(http.Request.Headers.IfMatch is { Count: > 0 } header ? header.ToString() : null));

    /// <summary>For PUT and for decisions: 428 without a version (<c>*</c> names none), 412 with another one.</summary>
    public Error? Demand(int version) => Header is null or "*" ? InputErrors.IfMatchMissing(version) : Honor(version);

    /// <summary>For other transitions: honored when sent.</summary>
    public Error? Honor(int version) => Header is null or "*" || Names(version) ? null : InputErrors.IfMatchStale(version);

    /// <summary>Strong comparison (RFC 9110 §13.1.1): a weak tag never matches.</summary>
    private bool Names(int version) => Header!.Split(',', StringSplitOptions.TrimEntries).Contains(ETag.Of(version), StringComparer.Ordinal);
}

internal static class ETag
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
