using System.Numerics;
using CsCheck;
using KzLicensing.Domain.Assessments;
using Xunit;

namespace KzLicensing.Domain.Tests.Assessments;

public sealed class LateInterestTests
{
    private static readonly DateOnly DueOn = new(2026, 5, 25);
    private static readonly LateInterest Interest = new(Law.BaseRates, Law.InterestTerms);

    [Fact]
    public void Nothing_accrues_up_to_the_due_day_and_the_next_day_is_the_first()
    {
        Assert.Equal(0, Accrued(1_000_000, DueOn));
        Assert.Equal(616, Accrued(1_000_000, DueOn.AddDays(1)));
    }

    [Fact]
    public void Each_day_has_its_own_base_rate() =>
        // Thirteen days at 18 %, three at 17 %: 1,000,000 × 1.25 × (13 × 0.18 + 3 × 0.17) / 365 = 9,760.27
        Assert.Equal(9_760, Accrued(1_000_000, new DateOnly(2026, 6, 10)));

    [Fact]
    public void A_year_of_365ths_is_exact()
    {
        var interest = new LateInterest([new BaseRate(DueOn, 10)], [new InterestTerms(DueOn, 1.25m, 365)]);
        Assert.Equal(126m, interest.Accrued(1_004, DueOn, [], DueOn.AddDays(365), Rounding.HalfUpWholeTenge).Demand());
    }

    [Fact]
    public void A_payment_lowers_the_debt_from_the_day_after_it_arrived()
    {
        var paid = new Payment(DueOn.AddDays(10), 1_000_000);
        Assert.Equal(Accrued(1_000_000, DueOn.AddDays(10)), Accrued(1_000_000, DueOn.AddDays(10), paid));
        Assert.Equal(Accrued(1_000_000, DueOn.AddDays(10)), Accrued(1_000_000, DueOn.AddDays(90), paid));
    }

    [Fact]
    public void What_was_paid_in_time_bears_no_interest() =>
        Assert.Equal(Accrued(400_000, DueOn.AddDays(30)), Accrued(1_000_000, DueOn.AddDays(30), new Payment(DueOn, 600_000)));

    [Fact]
    public void An_unknown_base_rate_is_refused_as_long_as_there_is_a_debt()
    {
        var unknown = new DateOnly(2026, 10, 27);
        Accrued(1_000_000, unknown.AddDays(-1));
        var error = Interest.Accrued(1_000_000, DueOn, [], unknown, Rounding.HalfUpWholeTenge).DemandError("base-rate-unknown");
        Assert.Contains("2026-10-27", error.Detail, StringComparison.Ordinal);
        Interest.Accrued(1, new DateOnly(2021, 1, 1), [], new DateOnly(2021, 1, 2), Rounding.HalfUpWholeTenge)
            .DemandError("base-rate-unknown");
        Accrued(1_000_000, unknown.AddDays(30), new Payment(unknown.AddDays(-1), 1_000_000));
    }

    [Fact]
    public void Days_without_a_multiple_and_a_divisor_are_refused() =>
        new LateInterest(Law.BaseRates, []).Accrued(1, DueOn, [], DueOn.AddDays(1), Rounding.HalfUpWholeTenge)
            .DemandError("interest-terms-unknown");

    [Fact]
    public void Interest_equals_an_independent_sum_over_days()
    {
        var day = Gen.Int[new DateOnly(2022, 4, 20).DayNumber, new DateOnly(2026, 10, 26).DayNumber].Select(DateOnly.FromDayNumber);
        var payment = Gen.Select(day, Gen.Int[1, 500_000], (on, kzt) => new Payment(on, kzt));
        Gen.Select(Gen.Int[1, 2_000_000], day, payment.Array[0, 4], day).Sample((debt, dueOn, payments, through) =>
            Assert.Equal(DayByDay(debt, dueOn, payments, through),
                Interest.Accrued(debt, dueOn, payments, through, Rounding.HalfUpWholeTenge).Demand()));
    }

    /// <summary>In whole numbers: hundredths of a percent × hundredths of the multiple, divided once.</summary>
    private static decimal DayByDay(int debt, DateOnly dueOn, Payment[] payments, DateOnly through)
    {
        BigInteger sum = 0;
        for (var day = dueOn.AddDays(1); day <= through; day = day.AddDays(1))
        {
            var rest = Math.Max(debt - payments.Sum(p => p.ReceivedOn < day ? p.AmountKzt : 0), 0);
            var percent = Law.BaseRates.Where(r => r.EffectiveFrom <= day).MaxBy(r => r.EffectiveFrom)!.Percent!.Value;
            sum += (BigInteger)rest * (BigInteger)(percent * 100) * 125;
        }

        var divisor = (BigInteger)365 * 100 * 100 * 100;
        return (decimal)((2 * sum + divisor) / (2 * divisor));
    }

    private static decimal Accrued(decimal debt, DateOnly through, params Payment[] payments) =>
        Interest.Accrued(debt, DueOn, payments, through, Rounding.HalfUpWholeTenge).Demand();
}
