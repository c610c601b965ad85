using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>Which OpenID Connect authority is trusted.</summary>
internal sealed record IdentityOptions
{
    /// <summary>The issuer's URL; its keys come from its discovery document and from nowhere else.</summary>
    public string? Authority { get; init; }

    public string Audience { get; init; } = "kz-licensing";

    /// <summary>Tokens that live longer are refused: a stolen one must not be useful for long.</summary>
    public int MaxTokenLifetimeMinutes { get; init; } = 65;

    /// <summary>
    /// Values of <c>typ</c> that are taken beside <c>at+jwt</c>, separated by commas: for authorities that do not write RFC 9068.
    /// </summary>
    public string TokenTypes { get; init; } = "";

    /// <summary>All values of <c>typ</c> that are taken.</summary>
    public IReadOnlyList<string> AcceptedTypes =>
        [TokenRules.AccessTokenType, .. TokenTypes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>The sandbox identity provider exists in Development without an authority, and nowhere else.</summary>
    public bool IsSandbox(IHostEnvironment environment) => environment.IsDevelopment() && string.IsNullOrEmpty(Authority);

    public static IdentityOptions Read(Settings settings)
    {
        var options = settings.Section<IdentityOptions>("Identity");
        settings.Demand(!options.AcceptedTypes.Any(t => t.StartsWith("id+", StringComparison.OrdinalIgnoreCase)), "Identity__TokenTypes",
            "must not name identity tokens: they say who somebody is, not what a client may do");
        settings.Demand(!string.IsNullOrWhiteSpace(options.Audience), "Identity__Audience", "must not be empty");
        settings.DemandWithin(options.MaxTokenLifetimeMinutes, 1, 1440, "Identity__MaxTokenLifetimeMinutes");
        if (options.IsSandbox(settings.Environment)) return options;
        if (options.Authority is null)
            settings.Refuse("Identity__Authority", "is not set: outside Development an authority for tokens is needed");
        else settings.Demand(IsTrustworthy(options.Authority), "Identity__Authority", "must be an https URL (http only on this machine)");
        return options;
    }

    /// <summary>Who could change the keys on their way could write tokens: plain http only where nobody is in between.</summary>
    private static bool IsTrustworthy(string authority) => Uri.TryCreate(authority, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
