using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Licensing.Pools;

internal static class PoolErrors
{
    public static Error NotFound() => new("pool-not-found", "There is no such pool.");
    public static Error Exists() => new("pool-exists", "A pool of this name is accredited on some of these days already.");
    public static Error RevokedAlready(DateOnly from) =>
        new("pool-revoked-already", $"The accreditation is revoked from {from:yyyy-MM-dd} on.");
    public static Error OutsideAccreditation() => new("outside-accreditation", "An accreditation is revoked from one of its own days on.");
}
