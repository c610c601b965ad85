using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Metering.Points;

/// <summary>A metering point as it is on a day.</summary>
/// <param name="From">The first day of which anything is known.</param>
internal sealed record MeteringPointView(
    string Code, int Version, string SiteRegion, string GridZone, string? Address, string? LicenseNumber, decimal MaximumCapacityKw,
    string PayerBin, PowerSource PowerSource, MeterState MeterState, string? MeterSerial, DateOnly From, DateOnly AsOf) : IVersioned
{
    /// <summary>A fact that was recorded ahead takes effect without a new version.</summary>
    string? IVersioned.Face => $"{AsOf:yyyy-MM-dd}";
}
