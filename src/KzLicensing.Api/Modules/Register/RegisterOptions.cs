using KzLicensing.Api.Modules.Register.Certificates;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Modules.Register;

/// <summary>How the public register signs, and where people find it.</summary>
internal sealed record RegisterOptions
{
    public const int MaxStatusListHours = 168;

    /// <summary>
    /// The private key of certificates and status lists: an EC key on P-256 as PEM, or the path of a file that holds one.
    /// </summary>
    public string? SigningKey { get; init; }

    /// <summary>
    /// Public keys, as PEM or the path of a file, of certificates that were signed before the key changed; before each a line <c>Retired:
    /// 2026-03-01</c> with the last day on which it signed.
    /// </summary>
    public string? RetiredKeys { get; init; }

    /// <summary>
    /// The register's address as the public types it, for the code on a certificate; in Development the address of the request.
    /// </summary>
    public string? PublicUrl { get; init; }

    /// <summary>So many hours a status list may be relied upon.</summary>
    public int StatusListHours { get; init; } = 24;

    /// <summary>Where this registry's register is, as the public reaches it.</summary>
    public string AddressOf(HttpRequest request) => $"{PublicUrl?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}"}/v1/register";

    public static RegisterOptions Read(Settings settings)
    {
        var options = settings.Section<RegisterOptions>("Register");
        var isPublic = !settings.Environment.IsDevelopment();
        settings.Demand(!isPublic || !string.IsNullOrWhiteSpace(options.SigningKey), "Register__SigningKey",
            "is not set: outside Development certificates need a key of their own");
        settings.Demand(!isPublic || !string.IsNullOrWhiteSpace(options.PublicUrl), "Register__PublicUrl",
            "is not set: a certificate must not lead to whatever address a caller names");
        settings.Demand(options.PublicUrl is null || IsWebAddress(options.PublicUrl), "Register__PublicUrl", "must be an absolute URL");
        settings.DemandWithin(options.StatusListHours, 1, MaxStatusListHours, "Register__StatusListHours");
        settings.Try(() => new RegisterKeys(options).Dispose());
        return options;
    }

    private static bool IsWebAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http";
}
