using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Domain.Assessments;

/// <summary>The fee of one payer: volume × rate per metering point and sub-period, rounded line by line, then summed.</summary>
/// <remarks>Tax Code 120-VI arts. 606-1…606-5, Tax Code 214-VIII arts. 657…661. Same inputs, same amount, to the tenge.</remarks>
public static class AssessmentCalculator
{
    /// <summary>Lines in the order of the parts. Fails with <c>price-unknown</c>, <c>rate-not-found</c> or <c>hours-unknown</c>.</summary>
    /// <param name="parts">As <see cref="SubPeriod.Split"/> gave them, each with what was read.</param>
    /// <param name="purchases">By metering point, over the whole quarter.</param>
    public static Result<IReadOnlyList<AssessmentLine>> Calculate(
        IEnumerable<(SubPeriod Part, Energy Energy)> parts, IReadOnlyDictionary<string, Purchases> purchases)
    {
        var lines = new List<AssessmentLine>();
        foreach (var point in parts.GroupBy(p => p.Part.MeteringPoint))
        {
            var kwhBefore = 0m;
            foreach (var (part, energy) in point)
            {
                var priced = Portion.Of(part, energy, kwhBefore).Then(portions => Price(part, portions, purchases.GetValueOrDefault(point.Key)));
                if (priced.IsFailure) return priced.Error;
                lines.AddRange(priced.Value);
                kwhBefore += priced.Value.Sum(l => l.Kwh);
            }
        }

        return lines;
    }

    public static decimal Total(IEnumerable<AssessmentLine> lines) => lines.Sum(l => l.AmountKzt);

    /// <summary>One line for each rule that applies to some of the electricity; none where nothing was used.</summary>
    private static Result<IReadOnlyList<AssessmentLine>> Price(SubPeriod part, IReadOnlyList<Portion> portions, Purchases? bought)
    {
        var chosen = new List<(TariffRule Rule, Portion Portion)>();
        if (portions.All(p => p.Kwh == 0)) return Array.Empty<AssessmentLine>();
        foreach (var portion in portions)
        {
            var rule = new RuleChoice(part, portion, bought).Choose();
            if (rule.IsFailure) return rule.Error;
            chosen.Add((rule.Value, portion));
        }

        var lines = chosen.GroupBy(c => c.Rule, c => c.Portion).Select(priced => Line(part, priced.Key, [.. priced], bought));
        return lines.Where(l => l.Kwh != 0).ToList();
    }

    private static AssessmentLine Line(SubPeriod part, TariffRule rule, List<Portion> priced, Purchases? bought)
    {
        var kwh = priced.Sum(p => p.Kwh);
        var rate = rule.RateKztPerKwh ?? decimal.Round(rule.Charge(1, bought)!.Value, 4, MidpointRounding.AwayFromZero);
        return new AssessmentLine(
            part.MeteringPoint, part.Days.From, part.Days.To, kwh, part.IsMetered ? VolumeBasis.Metered : VolumeBasis.MaximumCapacity,
            bought?.AveragePriceKzt(), rule.Condition, rate, Tenge.Round(rule.Charge(kwh, bought)!.Value, part.Tariff.Rounding),
            part.Tariff.Code, part.Tariff.Article, priced.Sum(p => p.EstimatedKwh), priced.Sum(p => p.MissingHours));
    }
}
