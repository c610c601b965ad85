using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.HardwareRegister;

/// <summary>Every way in which the hardware register says no.</summary>
internal static class HardwareErrors
{
    public static Error OnAnotherLicense(IReadOnlyList<string> serials) =>
        new Error("hardware-on-another-license", "Machines are on another license on some of these days.").With("serials", serials);

    public static Error RegisteredLater(IReadOnlyList<string> serials) =>
        new Error("hardware-registered-later", "Machines are on this license from a later day on; remove them from that day first.")
            .With("serials", serials);

    public static Error NotRegistered(IReadOnlyList<string> serials) =>
        new Error("hardware-not-registered", "Machines are not on this license on this day.").With("serials", serials);

    public static Error LicenseNotInForce(DateOnly day, LicenseStatus status) =>
        new("license-not-in-force", $"The license is {status} on {day:yyyy-MM-dd}; its hardware is that of the days on which it holds.");
}
