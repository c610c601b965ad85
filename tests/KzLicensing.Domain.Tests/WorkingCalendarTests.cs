using CsCheck;
using Xunit;

namespace KzLicensing.Domain.Tests;

public sealed class WorkingCalendarTests
{
    private static readonly Gen<DateOnly> AnyKnownDay =
        Gen.Int[new DateOnly(2024, 1, 1).DayNumber, new DateOnly(2027, 10, 1).DayNumber].Select(DateOnly.FromDayNumber);

    [Theory]
    [InlineData("2024-05-04", true)]
    [InlineData("2024-05-08", false)]
    [InlineData("2025-01-03", false)]
    [InlineData("2025-01-05", true)]
    [InlineData("2026-03-09", false)]
    [InlineData("2026-08-31", true)]
    [InlineData("2026-09-05", false)]
    [InlineData("2026-09-07", true)]
    public void Holidays_and_transfers_are_honored(string day, bool working) =>
        Assert.Equal(working, Law.Calendar.IsWorkingDay(Law.Day(day)).Demand());

    [Fact]
    public void Constitution_Day_moved_from_August_to_March()
    {
        Assert.False(Law.Calendar.IsWorkingDay(new DateOnly(2024, 8, 30)).Demand());
        Assert.True(Law.Calendar.IsWorkingDay(new DateOnly(2027, 8, 30)).Demand());
        Assert.False(Law.Calendar.IsWorkingDay(new DateOnly(2027, 3, 15)).Demand());
    }

    [Fact]
    public void A_term_starts_on_the_day_after_the_event() =>
        Assert.Equal(new DateOnly(2026, 3, 16), Law.Calendar.AddWorkingDays(new DateOnly(2026, 3, 13), 1).Demand());

    [Fact]
    public void A_year_without_data_is_refused_by_name()
    {
        var error = Law.Calendar.AddWorkingDays(new DateOnly(2027, 12, 31), 1).DemandError("calendar-year-missing");
        Assert.Equal(2028, error.Extensions["year"]);
        Law.Calendar.OnOrAfter(new DateOnly(2021, 12, 31)).DemandError("calendar-year-missing");
        Law.Calendar.WorkingDaysBetween(new DateOnly(2021, 12, 1), new DateOnly(2022, 1, 10)).DemandError("calendar-year-missing");
    }

    [Fact]
    public void Adding_working_days_and_counting_them_are_inverse() => Gen.Select(AnyKnownDay, Gen.Int[1, 40]).Sample((day, count) =>
    {
        var last = Law.Calendar.AddWorkingDays(day, count).Demand();
        Assert.True(Law.Calendar.IsWorkingDay(last).Demand());
        Assert.Equal(count, Law.Calendar.WorkingDaysBetween(day, last).Demand());
    });

    [Fact]
    public void A_due_day_moves_only_when_it_is_not_a_working_day() => AnyKnownDay.Sample(day =>
        Assert.Equal(Law.Calendar.IsWorkingDay(day).Demand(), Law.Calendar.OnOrAfter(day).Demand() == day));
}
