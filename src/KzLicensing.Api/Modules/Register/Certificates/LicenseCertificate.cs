using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>What a certificate says. It holds no personal data; whether the license still holds is told by the status list.</summary>
/// <param name="Iss">The register's address.</param>
/// <param name="Iat">When it was written, in seconds since 1970.</param>
/// <param name="ValidTo">The last day of the term.</param>
/// <param name="StatusList">Where the signed list of suspended and ended licenses is.</param>
internal sealed record LicenseCertificate(
    string Iss, long Iat, string Number, int Edition, Subtype Subtype, string? Bin, string HolderName, string Region, decimal LicensedMw,
    DateOnly ValidFrom, DateOnly ValidTo, IReadOnlyList<string> Conditions, string StatusList)
{
    public const string Type = "kz-license+jwt";
}

/// <summary>The licenses that are suspended or ended before their term, now or from a known day on.</summary>
/// <param name="Exp">Until then the list may be relied upon, in seconds since 1970.</param>
/// <param name="Editions">Licenses that were issued anew: a certificate of an earlier edition holds no more from that day on.</param>
internal sealed record StatusList(string Iss, long Iat, long Exp, IReadOnlyList<ListedLicense> Licenses,
    IReadOnlyList<ListedEdition> Editions)
{
    public const string Type = "kz-license-status+jwt";
}

internal sealed record ListedEdition(string Number, int Edition, DateOnly From);

/// <summary>Binds a printed page to the register, byte by byte.</summary>
/// <param name="Sha256">Of the whole file before its seal, lower-case hex.</param>
internal sealed record PageSeal(string Sha256)
{
    public const string Type = "kz-license-page+jwt";
}

/// <param name="Status"><c>Suspended</c>, <c>Revoked</c> or <c>Surrendered</c>.</param>
/// <param name="Until">The last day of a suspension.</param>
internal sealed record ListedLicense(string Number, LicenseStatus Status, DateOnly From, DateOnly? Until);
