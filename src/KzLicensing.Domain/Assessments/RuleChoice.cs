using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Domain.Assessments;

/// <summary>Finds the one rule that prices a portion: which grounds hold, and which of them wins.</summary>
internal sealed class RuleChoice(SubPeriod part, Portion portion, Purchases? bought)
{
    private readonly IReadOnlyList<TariffRule> rules =
        part.Tariff.RulesFor(part.Region, part.Days.From.Month, portion.Hour, portion.KwhBefore);

    /// <summary>Fails with <c>price-unknown</c> or <c>rate-not-found</c>.</summary>
    public Result<TariffRule> Choose()
    {
        var special = SourceGrounds(part.State.PowerSource).Select(RuleFor).FirstOrDefault(r => r is not null);
        var sanction = SanctionGrounds().Select(RuleFor).OfType<TariffRule>().MaxBy(KztPerKwh);
        var rule = part.Tariff.Combination switch
        {
            Combination.HighestWins => Highest(special ?? Ordinary(), sanction),
            Combination.SanctionFirst => sanction ?? special ?? Ordinary(),
            Combination.SourceFirst => special ?? sanction ?? Ordinary(),
        };
        return rule.Then(IfPriced);
    }

    private Result<TariffRule> IfPriced(TariffRule rule) =>
        rule.Charge(1, bought) is null ? AssessmentErrors.PriceUnknown(part.MeteringPoint) : rule;

    private TariffRule? RuleFor(Condition ground) => rules.FirstOrDefault(r => r.Condition == ground);

    /// <summary>The most special first: own electricity of any kind is own generation where the edition says no more.</summary>
    private static Condition[] SourceGrounds(PowerSource source) => source switch
    {
        PowerSource.GridPurchase or PowerSource.Import => [],
        PowerSource.OwnGeneration => [Condition.OwnGeneration],
        PowerSource.OwnRenewable => [Condition.OwnRenewable, Condition.OwnGeneration],
        PowerSource.OffGridGenerator => [Condition.OffGridGenerator, Condition.OwnGeneration],
    };

    private IEnumerable<Condition> SanctionGrounds()
    {
        if (part.State.MeterState is not MeterState.Working) yield return Condition.NoMeter;
        if (!part.Licensed) yield return Condition.NoLicense;
    }

    /// <summary>The standard rate or the step of the scale: for what is bought, and for a source without a rate of its own.</summary>
    private Result<TariffRule> Ordinary()
    {
        foreach (var rule in rules.Where(r => r.Condition is Condition.Standard or Condition.PriceScale))
        {
            if (rule.Condition is Condition.Standard) return rule;
            if (bought is not { Kwh: > 0 }) return AssessmentErrors.PriceUnknown(part.MeteringPoint);
            if (rule.IsStepFor(bought)) return rule;
        }

        return AssessmentErrors.RateNotFound(part.Tariff.Code, part.MeteringPoint);
    }

    /// <summary>An unknown price does not matter where the sanction is as high as every rule that could apply.</summary>
    private Result<TariffRule> Highest(Result<TariffRule> source, TariffRule? sanction)
    {
        if (sanction is null) return source;
        if (source.IsFailure) return rules.All(r => r.RateKztPerKwh <= sanction.RateKztPerKwh) ? sanction : source;
        return KztPerKwh(source.Value) > KztPerKwh(sanction) ? source : sanction;
    }

    /// <summary>A rate that depends on an unknown price is never the lower one: it is chosen, and then refused.</summary>
    private decimal KztPerKwh(TariffRule rule) => rule.Charge(1, bought) ?? decimal.MaxValue;
}
