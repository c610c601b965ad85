using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>A license as it is on a day.</summary>
/// <param name="PreviousLicenseNumber">The license that this one renewed.</param>
/// <param name="ValidTo">The last day of the term.</param>
/// <param name="Edition">Counts the re-issues; <see cref="Version"/> counts every change.</param>
/// <param name="EditionFrom">The day from which this edition holds.</param>
/// <param name="Allowed">Transitions that are possible on the day.</param>
/// <param name="ApplicationId">The application that brought this edition.</param>
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
    string? PreviousLicenseNumber,
    IReadOnlyList<PowerSource> PowerSources,
    IReadOnlyList<Hardware> Hardware,
    IReadOnlyList<string> Conditions,
    DateOnly ValidFrom,
    DateOnly ValidTo,
    DateTimeOffset IssuedAt,
    int Edition,
    DateOnly EditionFrom,
    DateTimeOffset EditionIssuedAt,
    Guid ApplicationId,
    IReadOnlyList<LicenseEventView> Events,
    IReadOnlyList<string> Allowed) : IVersioned
{
    string? IVersioned.Face => $"{Status}-{Edition}";
}

/// <summary>What happened to a license after its issue.</summary>
/// <param name="EffectiveUntil">The last day of a suspension.</param>
internal sealed record LicenseEventView(
    LicenseEventKind Kind, DateOnly EffectiveFrom, DateOnly? EffectiveUntil, string? Ground, string? Reasons, string? CourtActNumber,
    DateOnly? CourtActOn,
    DateTimeOffset At);
