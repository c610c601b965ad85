using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>An operation's address as the document of the API spells it: for metrics, spans and the log.</summary>
internal sealed partial record RouteTemplate(string Route) : IRouteDiagnosticsMetadata
{
    public static RouteTemplate? Of(EndpointBuilder endpoint) =>
        endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } pattern } ? new RouteTemplate(Spell(pattern)) : null;

    /// <summary>Null where no route was chosen.</summary>
    public static string? Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route;

    /// <summary><c>/v1/reading-batches/{id:guid}/</c> is <c>/v1/reading-batches/{id}</c>.</summary>
    public static string Spell(string pattern)
    {
        var plain = Constraint().Replace(pattern, "").TrimEnd('/');
        return plain.StartsWith('/') ? plain : $"/{plain}";
    }

    [GeneratedRegex(@"(?<=\{[A-Za-z]+)[:?=][^}]*(?=\})")]
    private static partial Regex Constraint();
}
