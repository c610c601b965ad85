using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>A license as it is on a day.</summary>
/// <param name="Region">KATO prefix of the region, two digits.</param>
/// <param name="ValidTo">The last day of the term.</param>
internal sealed record LicenseView(
    string Number,
    int Version,
    LicenseStatus Status,
    Subtype Subtype,
    string Bin,
    string HolderName,
    string Region,
    string SiteName,
    string SiteAddress,
    decimal LicensedMw,
    string? HostLicenseNumber,
    IReadOnlyList<PowerSource> PowerSources,
    IReadOnlyList<string> Conditions,
    DateOnly ValidFrom,
    DateOnly ValidTo,
    DateTimeOffset IssuedAt,
    Guid ApplicationId) : IVersioned;
