using CsCheck;
using Xunit;

namespace KzLicensing.Domain.Tests;

public sealed class DayRangeTests
{
    private static readonly DateOnly Start = new(2026, 1, 1);
    private static readonly Gen<DateOnly> AnyDay = Gen.Int[-20, 120].Select(Start.AddDays);

    [Fact]
    public void Cutting_keeps_every_day_exactly_once() => Gen.Select(AnyDay, AnyDay, AnyDay.Array[0, 8]).Sample((from, to, cuts) =>
    {
        var range = new DayRange(from, to);
        var parts = range.CutAt(cuts).ToList();
        Assert.DoesNotContain(parts, p => p.IsEmpty);
        Assert.Equal(Days(range), parts.SelectMany(Days));
        Assert.All(cuts.Where(c => range.Contains(c)), cut => Assert.Contains(parts, p => p.From == cut));
    });

    [Fact]
    public void What_two_ranges_share_is_the_days_in_both() => Gen.Select(AnyDay, AnyDay, AnyDay, AnyDay).Sample((a, b, c, d) =>
    {
        var (one, other) = (new DayRange(a, b), new DayRange(c, d));
        Assert.Equal(Days(one).Where(other.Contains), Days(one.Within(other)));
    });

    private static IEnumerable<DateOnly> Days(DayRange range)
    {
        for (var day = range.From; day < range.To; day = day.AddDays(1)) yield return day;
    }
}
