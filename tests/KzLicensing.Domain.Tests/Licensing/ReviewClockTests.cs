using CsCheck;
using KzLicensing.Domain.Licensing;
using Xunit;

namespace KzLicensing.Domain.Tests.Licensing;

public sealed class ReviewClockTests
{
    private static readonly DateOnly Monday = new(2026, 2, 2);

    [Fact]
    public void Fifteen_working_days_from_the_day_after_submission()
    {
        var term = Read(Monday, [], Monday);
        Assert.Equal(new ReviewTerm(new DateOnly(2026, 2, 23), 0, false), term);
    }

    [Fact]
    public void The_due_day_is_in_time_and_the_next_working_day_is_not()
    {
        Assert.Equal(new ReviewTerm(new DateOnly(2026, 2, 23), 15, false), Read(Monday, [], new DateOnly(2026, 2, 23)));
        Assert.Equal(new ReviewTerm(new DateOnly(2026, 2, 23), 16, true), Read(Monday, [], new DateOnly(2026, 2, 24)));
    }

    [Fact]
    public void The_clock_stands_still_while_the_applicant_holds_the_file()
    {
        var held = new DayRange(new DateOnly(2026, 2, 9), new DateOnly(2026, 2, 16));
        Assert.Equal(new ReviewTerm(new DateOnly(2026, 3, 2), 5, false), Read(Monday, [held], new DateOnly(2026, 2, 16)));
    }

    [Fact]
    public void Days_used_reach_the_term_exactly_on_the_due_day() =>
        Gen.Select(Gen.Int[0, 600], Gen.Int[0, 60], Gen.Int[0, 20], Gen.Int[1, 30]).Sample((start, pauseAfter, pauseDays, length) =>
        {
            var submitted = new DateOnly(2024, 1, 10).AddDays(start);
            var pause = new DayRange(submitted.AddDays(pauseAfter), submitted.AddDays(pauseAfter + pauseDays));
            var due = ReviewClock.Read(submitted, [pause], submitted, length, Law.Calendar).Demand().DueOn;
            Assert.Equal(length, ReviewClock.Read(submitted, [pause], due, length, Law.Calendar).Demand().WorkingDaysUsed);
            Assert.Equal(length - 1, ReviewClock.Read(submitted, [pause], due.AddDays(-1), length, Law.Calendar).Demand().WorkingDaysUsed);
        });

    [Fact]
    public void A_term_that_reaches_an_unknown_year_is_refused() =>
        ReviewClock.Read(new DateOnly(2027, 12, 27), [], new DateOnly(2027, 12, 27), 15, Law.Calendar).DemandError("calendar-year-missing");

    private static ReviewTerm Read(DateOnly submittedOn, DayRange[] held, DateOnly until) =>
        ReviewClock.Read(submittedOn, held, until, 15, Law.Calendar).Demand();
}
