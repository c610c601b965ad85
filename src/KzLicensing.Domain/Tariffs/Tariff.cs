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

    /// <summary>
    /// Mining without a license or without a working meter comes first, whatever the source (Tax Code 214-VIII art. 659).
    /// </summary>
    SanctionFirst,

    /// <summary>A special source keeps its rate; else the missing meter, else the standard.</summary>
    /// <remarks>2024–2025: without a meter the volume is deemed but no rate is named, so own renewables still pay theirs.</remarks>
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

/// <summary>One edition of a tariff, in force by date.</summary>
/// <param name="EffectiveTo">The last day; null for no end.</param>
/// <param name="Article">Where the law says so.</param>
public sealed record Tariff(
    string Code, Instrument Instrument, string Article, DateOnly EffectiveFrom, DateOnly? EffectiveTo,
    Combination Combination, UnmeteredVolume UnmeteredVolume, Rounding Rounding, IReadOnlyList<TariffRule> Rules)
{
    internal bool NarrowsByMonths => Rules.Any(r => r.Months is not null);
    internal bool NarrowsByHours => Rules.Any(r => r.Hours is not null);

    /// <summary>Volumes of the quarter, in kWh, at which another band begins.</summary>
    internal IEnumerable<decimal> BandEdges => Rules.SelectMany(r => new[] { r.KwhOver, r.KwhUpTo }).OfType<decimal>();

    public bool InForceOn(DateOnly day) => EffectiveFrom <= day && (EffectiveTo is null || day <= EffectiveTo);

    /// <summary>The rules that fit, the most special first: a narrowed rule displaces the general one of the same ground.</summary>
    internal IReadOnlyList<TariffRule> RulesFor(string region, int month, int? hour, decimal kwhBefore) =>
        [.. Rules.Where(r => r.Fits(region, month, hour, kwhBefore)).OrderByDescending(r => r.Narrowings)];

    /// <summary>Refuses rules that give no rate or two for the same kWh; null when they are sound.</summary>
    public Error? Check()
    {
        if (Rules.Any(r => r.RateKztPerKwh is null == r.MultiplierOfPrice is null)) return TariffErrors.RateAmbiguous();
        if (NarrowsByHours && BandEdges.Any()) return TariffErrors.HoursAndBands();
        var scales = Rules.Where(r => r.Condition is Condition.PriceScale).GroupBy(Narrowing);
        return scales.All(IsWhole) ? null : TariffErrors.PriceScaleBroken();
    }

    /// <summary>One step for every price: each begins where the one before ends, and both ends are open.</summary>
    private static bool IsWhole(IEnumerable<TariffRule> scale)
    {
        var steps = scale.OrderBy(s => s.PriceOver ?? decimal.MinValue).ToList();
        return steps.Select(s => s.PriceOver).Append(null).SequenceEqual(steps.Select(s => s.PriceUpTo).Prepend(null))
            && steps.Skip(1).All(s => s.PriceOver is not null && !(s.PriceUpTo <= s.PriceOver));
    }

    private static string Narrowing(TariffRule rule) =>
        $"{List(rule.Regions)}|{List(rule.Months)}|{List(rule.Hours)}|{rule.KwhOver}|{rule.KwhUpTo}";

    private static string List<T>(IEnumerable<T>? items) => string.Join(',', items ?? []);
}
