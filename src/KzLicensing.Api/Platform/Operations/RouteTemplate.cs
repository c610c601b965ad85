using System.Text.RegularExpressions;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>An operation's address as the document of the API spells it.</summary>
internal static partial class RouteTemplate
{
    /// <summary>Null where no route was chosen.</summary>
    public static string? Of(Endpoint? endpoint) => endpoint is RouteEndpoint { RoutePattern.RawText: { } pattern } ? Spell(pattern) : null;

    /// <summary><c>/v1/reading-batches/{id:guid}/</c> is <c>/v1/reading-batches/{id}</c>.</summary>
    public static string Spell(string pattern)
    {
        var plain = Constraint().Replace(pattern, "").TrimEnd('/');
        return plain.StartsWith('/') ? plain : $"/{plain}";
    }

    [GeneratedRegex(@"(?<=\{[A-Za-z]+)[:?=][^}]*(?=\})")]
    private static partial Regex Constraint();
}
