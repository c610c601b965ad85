namespace KzLicensing.Domain.Assessments;

/// <summary>The National Bank's base rate from a day on, percent a year; null while it is not known.</summary>
public sealed record BaseRate(DateOnly EffectiveFrom, decimal? Percent);

/// <summary>From a day on, interest is so many times the base rate, and a year counts so many days.</summary>
public sealed record InterestTerms(DateOnly EffectiveFrom, decimal Multiple, decimal DaysOfYear);

/// <summary>Money that arrived for a debt.</summary>
public sealed record Payment(DateOnly ReceivedOn, decimal AmountKzt);

/// <summary>Interest on overdue tax (пеня): debt × multiple × Σ over days of the base rate / days of the year.</summary>
/// <remarks>It runs from the day after the due day; a payment lowers the debt from the day after it arrived.</remarks>
public sealed class LateInterest(IEnumerable<BaseRate> rates, IEnumerable<InterestTerms> terms)
{
    private readonly List<BaseRate> rates = [.. rates.OrderByDescending(r => r.EffectiveFrom)];
    private readonly List<InterestTerms> terms = [.. terms.OrderByDescending(t => t.EffectiveFrom)];

    /// <summary>
    /// KZT accrued up to and including a day. Fails with <c>base-rate-unknown</c> as long as there is a debt on such a day.
    /// </summary>
    public Result<decimal> Accrued(decimal debtKzt, DateOnly dueOn, IReadOnlyCollection<Payment> payments, DateOnly through,
        Rounding rounding)
    {
        // Shares of a day wait for their division until the end, so that a sum of 365ths is exact.
        var dividends = new List<(decimal Dividend, decimal DaysOfYear)>();
        foreach (var days in new DayRange(dueOn.AddDays(1), through.AddDays(1)).CutAt(Changes(payments)))
        {
            var debt = debtKzt - payments.Where(p => p.ReceivedOn < days.From).Sum(p => p.AmountKzt);
            if (debt <= 0) break;
            if (rates.Find(r => r.EffectiveFrom <= days.From)?.Percent is not { } percent)
                return AssessmentErrors.BaseRateUnknown(days.From);
            if (terms.Find(t => t.EffectiveFrom <= days.From) is not { } term) return AssessmentErrors.InterestTermsUnknown(days.From);
            dividends.Add((debt * percent / 100 * term.Multiple * days.Days, term.DaysOfYear));
        }

        return Tenge.Round(dividends.GroupBy(d => d.DaysOfYear, d => d.Dividend).Sum(g => g.Sum() / g.Key), rounding);
    }

    private IEnumerable<DateOnly> Changes(IEnumerable<Payment> payments) =>
        [.. rates.Select(r => r.EffectiveFrom), .. terms.Select(t => t.EffectiveFrom), .. payments.Select(p => p.ReceivedOn.AddDays(1))];
}
