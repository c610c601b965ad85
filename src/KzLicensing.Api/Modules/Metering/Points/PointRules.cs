using FluentValidation;

namespace KzLicensing.Api.Modules.Metering.Points;

/// <summary>Rules that every fact of a metering point shares.</summary>
internal static class PointRules
{
    /// <summary>The first civil day that is recorded, and the last one that may be spoken of.</summary>
    public static readonly DateOnly Earliest = new(2020, 1, 1), Latest = new(2100, 1, 1);

    /// <summary>Kilowatts with at most three decimals, up to ten gigawatts.</summary>
    public static IRuleBuilderOptions<T, decimal> MustBeCapacity<T>(this IRuleBuilder<T, decimal> rule) =>
        rule.GreaterThan(0).LessThanOrEqualTo(10_000_000).PrecisionScale(12, 3, true);

    public static IRuleBuilderOptions<T, string> MustBeSerial<T>(this IRuleBuilder<T, string> rule) => rule.NotEmpty().MaximumLength(64);

    public static IRuleBuilderOptions<T, DateOnly> MustBeRecent<T>(this IRuleBuilder<T, DateOnly> rule) =>
        rule.InclusiveBetween(Earliest, Latest);
}
