using KzLicensing.Api.Modules.Register.Certificates;

namespace KzLicensing.Api.Modules.Register;

/// <summary>How the public register signs, and where people find it.</summary>
internal sealed record RegisterOptions
{
    public const int MaxStatusListHours = 168;

    /// <summary>The private key of certificates and status lists: an EC key on P-256 as PEM, or the path of a file that holds one.</summary>
    public string? SigningKey { get; init; }

    /// <summary>
    /// Public keys, as PEM or the path of a file, of certificates that were signed before the key changed; before each a line <c>Retired: 2026-03-01</c>
    /// with the last day on which it signed.
    /// </summary>
    public string? RetiredKeys { get; init; }

    /// <summary>The register's address as the public types it, for the code on a certificate; in Development the address of the request.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>So many hours a status list may be relied upon.</summary>
    public int StatusListHours { get; init; } = 24;

    /// <summary>Where this registry's register is, as the public reaches it.</summary>
    public string AddressOf(HttpRequest request) => $"{PublicUrl?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}"}/v1/register";

    public static RegisterOptions Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var options = configuration.GetSection("Register").Get<RegisterOptions>() ?? new RegisterOptions();
        if (string.IsNullOrWhiteSpace(options.SigningKey) && !environment.IsDevelopment())
            throw new InvalidOperationException("Register__SigningKey is not set: outside Development certificates need a key of their own.");
        if (string.IsNullOrWhiteSpace(options.SigningKey) && configuration["Postgres:DataDirectory"] is { } directory)
            options = options with { SigningKey = RegisterKeys.Local(directory) };
        if (string.IsNullOrWhiteSpace(options.PublicUrl) && !environment.IsDevelopment())
            throw new InvalidOperationException("Register__PublicUrl is not set: a certificate must not lead to whatever address a caller names.");
        if (options.PublicUrl is { } url && !Uri.IsWellFormedUriString(url, UriKind.Absolute))
            throw new InvalidOperationException("Register__PublicUrl must be an absolute URL.");
        if (options.StatusListHours is < 1 or > MaxStatusListHours)
            throw new InvalidOperationException($"Register__StatusListHours takes 1 to {MaxStatusListHours}.");
        return options;
    }
}
