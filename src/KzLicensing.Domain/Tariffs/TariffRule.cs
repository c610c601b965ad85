using KzLicensing.Domain.Metering;

namespace KzLicensing.Domain.Tariffs;

/// <summary>A rate and the ground on which it applies; a narrowing that is null does not narrow.</summary>
/// <param name="RateKztPerKwh">KZT per kWh; null when <paramref name="MultiplierOfPrice"/> says it.</param>
/// <param name="PriceOver">KZT per kWh, exclusive; null for no lower bound. Price scales only.</param>
/// <param name="PriceUpTo">KZT per kWh, inclusive; null for no upper bound. Price scales only.</param>
/// <param name="MultiplierOfPrice">Instead of a rate: so many times the average price of the quarter.</param>
/// <param name="Months">1 to 12.</param>
/// <param name="Hours">Civil hours of the day, 0 to 23.</param>
/// <param name="KwhOver">Volume band of a metering point's quarter, exclusive.</param>
/// <param name="KwhUpTo">Volume band of a metering point's quarter, inclusive.</param>
public sealed record TariffRule(
    Condition Condition, decimal? RateKztPerKwh = null, decimal? PriceOver = null, decimal? PriceUpTo = null,
    decimal? MultiplierOfPrice = null, IReadOnlyList<string>? Regions = null, IReadOnlyList<int>? Months = null,
    IReadOnlyList<int>? Hours = null, decimal? KwhOver = null, decimal? KwhUpTo = null)
{
    /// <summary>KZT for a volume, exact; null when it depends on a price that is unknown.</summary>
    public decimal? Charge(decimal kwh, Purchases? bought) =>
        RateKztPerKwh is { } rate ? kwh * rate
        : bought is { Kwh: > 0 } ? kwh * MultiplierOfPrice * bought.CostKzt / bought.Kwh
        : null;

    /// <summary>Bounds are compared as cost against bound × volume, so an upper bound is exactly inclusive.</summary>
    internal bool IsStepFor(Purchases bought) =>
        (PriceOver is null || bought.CostKzt > PriceOver * bought.Kwh) && (PriceUpTo is null || bought.CostKzt <= PriceUpTo * bought.Kwh);

    /// <param name="kwhBefore">What the metering point used in the quarter so far: the next watt-hour decides the band.</param>
    internal bool Fits(string region, int month, int? hour, decimal kwhBefore) =>
        (Regions is null || Regions.Contains(region))
        && (Months is null || Months.Contains(month))
        && (Hours is null || (hour is { } h && Hours.Contains(h)))
        && (KwhOver is null || KwhOver <= kwhBefore)
        && (KwhUpTo is null || kwhBefore < KwhUpTo);

    /// <summary>The more a rule narrows, the more special it is.</summary>
    internal int Narrowings => new object?[] { Regions, Months, Hours, KwhOver ?? KwhUpTo }.Count(n => n is not null);
}
