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
                var bought = purchases.GetValueOrDefault(point.Key);
                var priced = Portion.Of(part, energy, kwhBefore).Then(portions => Price(part, portions, bought));
                if (priced.IsFailure) return priced.Error;
                lines.AddRange(priced.Value);
                kwhBefore += priced.Value.Sum(l => l.Kwh);
            }
        }

        return lines;
    }

    public static decimal Total(IEnumerable<AssessmentLine> lines) => lines.Sum(l => l.AmountKzt);

    /// <summary>One line for each rule that applies to some of the electricity; none where the meter stood still.</summary>
    private static Result<IReadOnlyList<AssessmentLine>> Price(SubPeriod part, IReadOnlyList<Portion> portions, Purchases? bought)
    {
        var chosen = new List<(TariffRule Rule, Portion Portion)>();
        foreach (var portion in portions.Where(p => p.IsWorthTelling))
        {
            var rule = new RuleChoice(part, portion, bought).Choose();
            if (rule.IsFailure) return rule.Error;
            chosen.Add((rule.Value, portion));
        }

        return chosen.GroupBy(c => c.Rule, c => c.Portion).Select(priced => Line(part, priced.Key, [.. priced], bought)).ToList();
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
