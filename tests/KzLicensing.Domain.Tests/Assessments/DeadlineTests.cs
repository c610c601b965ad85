using KzLicensing.Domain.Assessments;
using Xunit;

namespace KzLicensing.Domain.Tests.Assessments;

public sealed class DeadlineTests
{
    [Theory]
    [InlineData("2023-Q1", "2023-05-15", "2023-05-25")]
    [InlineData("2023-Q2", "2023-08-15", "2023-08-25")]
    [InlineData("2023-Q3", "2023-11-15", "2023-11-27")]
    [InlineData("2023-Q4", "2024-02-15", "2024-02-26")]
    [InlineData("2024-Q2", "2024-08-15", "2024-08-26")]
    [InlineData("2025-Q4", "2026-02-16", "2026-02-25")]
    [InlineData("2026-Q1", "2026-05-15", "2026-05-25")]
    [InlineData("2026-Q2", "2026-08-17", "2026-08-25")]
    [InlineData("2026-Q3", "2026-11-16", "2026-11-25")]
    public void The_15th_and_the_25th_of_the_second_month_or_the_next_working_day(string quarter, string declareBy, string dueOn) =>
        Assert.Equal(new DueDays(Law.Day(declareBy), Law.Day(dueOn)), For(quarter).Demand());

    [Theory]
    [InlineData("2022-Q1", "2022-04-20")]
    [InlineData("2022-Q2", "2022-07-20")]
    [InlineData("2022-Q3", "2022-10-20")]
    [InlineData("2022-Q4", "2023-01-20")]
    public void In_2022_nothing_was_declared_and_the_payment_was_due_on_the_20th_of_the_next_month(string quarter, string dueOn) =>
        Assert.Equal(new DueDays(null, Law.Day(dueOn)), For(quarter).Demand());

    [Fact]
    public void A_year_whose_working_days_are_unknown_has_no_due_days() => For("2027-Q4").DemandError("calendar-year-missing");

    [Fact]
    public void Every_quarter_has_one_row_of_the_law()
    {
        for (var quarter = Quarters.Of(2022); quarter < Quarters.Of(2040); quarter = quarter.Next)
            Assert.Single(Law.Deadlines, d => d.Covers(quarter));
    }

    private static Result<DueDays> For(string text)
    {
        var quarter = Quarter.Parse(text).Demand();
        return Law.Deadlines.Single(d => d.Covers(quarter)).For(quarter, Law.Calendar);
    }
}
