using FluentValidation;
using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Licensing.HardwareRegister;

/// <summary>One mining machine.</summary>
/// <param name="Maker">With the serial it tells the machine, whatever the letter case.</param>
internal sealed record HardwareUnit(string Maker, string Model, string Serial, decimal HashRateThs, decimal PowerW);

/// <summary>What tells a machine from all others.</summary>
internal sealed record Machine(string Maker, string Serial);

internal static class HardwareRules
{
    public const int MaxUnits = 5_000;

    private static readonly DateOnly Earliest = new(2020, 1, 1), Latest = new(2100, 1, 1);

    /// <summary>ASCII only: a Cyrillic letter that looks like a Latin one would make two machines of one.</summary>
    public static IRuleBuilderOptions<T, string> MustBeMaker<T>(this IRuleBuilder<T, string> rule) =>
        rule.NotEmpty().MaximumLength(100).Matches(@"^[A-Za-z0-9]+([ .&+_-]+[A-Za-z0-9]+)*[.]?\z");

    public static IRuleBuilderOptions<T, string> MustBeSerial<T>(this IRuleBuilder<T, string> rule) =>
        rule.NotEmpty().MaximumLength(64).Matches(@"^[A-Za-z0-9][A-Za-z0-9._:/-]*\z");

    public static IRuleBuilderOptions<T, DateOnly> MustBeRecent<T>(this IRuleBuilder<T, DateOnly> rule) =>
        rule.InclusiveBetween(Earliest, Latest);

    public static IRuleBuilderOptions<T, IReadOnlyList<TUnit>?> MustBeSomeUnits<T, TUnit>(
        this IRuleBuilder<T, IReadOnlyList<TUnit>?> rule) =>
        rule.NotEmpty().AtMost(MaxUnits);

    /// <summary>As the schema writes it.</summary>
    public static string Key(string maker, string serial) => $"{maker}|{serial}".ToLowerInvariant();
}
