using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Domain.Assessments;

/// <summary>What was read over a sub-period, exact to the watt-hour.</summary>
public sealed record Energy(decimal Kwh, decimal EstimatedKwh, int MissingHours);

/// <summary>What was bought at a metering point over the quarter; both sums are kept, and the price is their ratio.</summary>
public sealed record Purchases(decimal Kwh, decimal CostKzt);

/// <summary>The fee of one payer: volume × rate per metering point and sub-period, rounded line by line, then summed.</summary>
/// <remarks>Tax Code 120-VI arts. 606-1…606-5, Tax Code 214-VIII arts. 657…661. Same inputs, same amount, to the tenge.</remarks>
public static class AssessmentCalculator
{
    /// <summary>Fails with <c>price-unknown</c> or <c>rate-not-found</c>.</summary>
    public static Result<IReadOnlyList<AssessmentLine>> Calculate(
        IEnumerable<(SubPeriod Part, Energy Energy)> parts, IReadOnlyDictionary<string, Purchases> purchases)
    {
        var lines = new List<AssessmentLine>();
        foreach (var (part, energy) in parts)
        {
            var (kwh, basis) = Volume(part, energy);
            if (kwh == 0) continue;
            var bought = purchases.GetValueOrDefault(part.MeteringPoint);
            var rule = RuleFor(part, bought);
            if (rule.IsFailure) return rule.Error;

            var measured = basis is VolumeBasis.Metered;
            lines.Add(new AssessmentLine(
                part.MeteringPoint, part.Days.From, part.Days.To, kwh, basis, AveragePrice(bought), rule.Value.Condition, rule.Value.RateKztPerKwh,
                Tenge.Round(kwh * rule.Value.RateKztPerKwh, part.Tariff.Rounding), part.Tariff.Code, part.Tariff.Article,
                measured ? energy.EstimatedKwh : 0, energy.MissingHours));
        }

        return lines;
    }

    public static decimal Total(IEnumerable<AssessmentLine> lines) => lines.Sum(l => l.AmountKzt);

    /// <summary>Without a working meter the volume is round-the-clock use of the maximum capacity: kW × 24 × days (2023 on).</summary>
    private static (decimal Kwh, VolumeBasis Basis) Volume(SubPeriod part, Energy energy) =>
        part.State.MeterState is MeterState.Working || part.Tariff.UnmeteredVolume is UnmeteredVolume.Metered
            ? (energy.Kwh, VolumeBasis.Metered)
            : (part.State.MaximumCapacityKw * 24 * part.Days.Days, VolumeBasis.MaximumCapacity);

    private static Result<TariffRule> RuleFor(SubPeriod part, Purchases? bought)
    {
        var tariff = part.Tariff;
        var special = tariff.RuleFor(SourceCondition(part.State.PowerSource));
        var sanction = Sanctions(part).Select(tariff.RuleFor).OfType<TariffRule>().MaxBy(r => r.RateKztPerKwh);
        var source = special is { Condition: not Condition.Standard } ? special : OrdinaryRule(part, bought);

        return tariff.Combination switch
        {
            Combination.SourceFirst => special is { Condition: not Condition.Standard } || sanction is null ? source : sanction,
            Combination.SanctionFirst => sanction is null ? source : sanction,
            Combination.HighestWins => Highest(source, sanction, tariff),
        };
    }

    /// <summary>An unknown price does not matter where another ground costs as much as the top of the scale.</summary>
    private static Result<TariffRule> Highest(Result<TariffRule> source, TariffRule? sanction, Tariff tariff)
    {
        if (sanction is null) return source;
        if (source.IsFailure) return tariff.Rules.Max(r => r.RateKztPerKwh) <= sanction.RateKztPerKwh ? sanction : source;
        return source.Value.RateKztPerKwh > sanction.RateKztPerKwh ? source : sanction;
    }

    /// <summary>Electricity that is bought, or own electricity for which the edition has no rate of its own.</summary>
    private static Result<TariffRule> OrdinaryRule(SubPeriod part, Purchases? bought)
    {
        if (part.Tariff.RuleFor(Condition.Standard) is { } standard) return standard;
        if (bought is not { Kwh: > 0 }) return AssessmentErrors.PriceUnknown(part.MeteringPoint);
        return part.Tariff.ScaleStep(bought.Kwh, bought.CostKzt) is { } step ? step : AssessmentErrors.RateNotFound(part.Tariff.Code, part.MeteringPoint);
    }

    private static Condition SourceCondition(PowerSource source) => source switch
    {
        PowerSource.OwnGeneration => Condition.OwnGeneration,
        PowerSource.OwnRenewable => Condition.OwnRenewable,
        PowerSource.OffGridGenerator => Condition.OffGridGenerator,
        PowerSource.GridPurchase or PowerSource.Import => Condition.Standard,
    };

    private static IEnumerable<Condition> Sanctions(SubPeriod part)
    {
        if (part.State.MeterState is not MeterState.Working) yield return Condition.NoMeter;
        if (!part.Licensed) yield return Condition.NoLicense;
    }

    private static decimal? AveragePrice(Purchases? bought) =>
        bought is { Kwh: > 0 } ? decimal.Round(bought.CostKzt / bought.Kwh, 4, MidpointRounding.AwayFromZero) : null;
}
