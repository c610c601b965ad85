namespace KzLicensing.Domain.Tariffs;

/// <summary>What a tariff prices.</summary>
public enum Instrument
{
    MiningFee,
    ElectricitySurcharge,
}

/// <summary>The ground on which a rate applies.</summary>
public enum Condition
{
    Standard,
    PriceScale,
    OwnGeneration,
    OwnRenewable,
    OffGridGenerator,
    NoLicense,
    NoMeter,
}

/// <summary>Which rate applies when there are several grounds at once.</summary>
public enum Combination
{
    /// <summary>The highest of all (Tax Code 120-VI art. 606-3 in the edition of 2023).</summary>
    HighestWins,

    /// <summary>Mining without a license or without a working meter comes first, whatever the source (Tax Code 214-VIII art. 659).</summary>
    SanctionFirst,

    /// <summary>A special source keeps its rate; else the missing meter, else the standard (2024–2025, which knew no higher rate).</summary>
    SourceFirst,
}

/// <summary>The volume that is charged while the meter is absent or faulty.</summary>
public enum UnmeteredVolume
{
    /// <summary>What was read, if anything (2022).</summary>
    Metered,

    /// <summary>Round-the-clock use of the maximum capacity (2023 on).</summary>
    MaximumCapacity,
}

/// <summary>A rate and the ground on which it applies.</summary>
/// <param name="PriceOver">KZT per kWh, exclusive; null for no lower bound. Price scales only.</param>
/// <param name="PriceUpTo">KZT per kWh, inclusive; null for no upper bound. Price scales only.</param>
public sealed record TariffRule(Condition Condition, decimal RateKztPerKwh, decimal? PriceOver = null, decimal? PriceUpTo = null);

/// <summary>One edition of a tariff, in force by date.</summary>
/// <param name="EffectiveTo">The last day; null for no end.</param>
/// <param name="Article">Where the law says so.</param>
public sealed record Tariff(
    string Code, Instrument Instrument, string Article, DateOnly EffectiveFrom, DateOnly? EffectiveTo,
    Combination Combination, UnmeteredVolume UnmeteredVolume, Rounding Rounding, IReadOnlyList<TariffRule> Rules)
{
    public bool InForceOn(DateOnly day) => EffectiveFrom <= day && (EffectiveTo is null || day <= EffectiveTo);

    /// <summary>The rule of a ground; null when this edition does not know it.</summary>
    public TariffRule? RuleFor(Condition condition) => Rules.FirstOrDefault(r => r.Condition == condition);

    /// <summary>The step of the price scale. Bounds are compared as cost against bound × volume, so an upper bound is exactly inclusive.</summary>
    /// <param name="kwh">Σ kWh bought over the quarter, more than zero.</param>
    /// <param name="costKzt">Σ cost over the quarter.</param>
    public TariffRule? ScaleStep(decimal kwh, decimal costKzt) => Rules.FirstOrDefault(r =>
        r.Condition is Condition.PriceScale
        && (r.PriceOver is null || costKzt > r.PriceOver * kwh)
        && (r.PriceUpTo is null || costKzt <= r.PriceUpTo * kwh));
}
