using CsCheck;
using Xunit;

namespace KzLicensing.Domain.Tests;

public sealed class QuarterTests
{
    private static readonly Gen<Quarter> AnyQuarter = Gen.Select(
        Gen.Int[2022, 2100], Gen.Int[1, 4], (year, number) => Quarter.Parse($"{year}-Q{number}").Value);

    [Fact]
    public void A_quarter_is_written_as_it_is_read() => AnyQuarter.Sample(q => Assert.Equal(q, Quarter.Parse(q.ToString()).Demand()));

    [Theory]
    [InlineData("")]
    [InlineData("2026Q1")]
    [InlineData("2026-q1")]
    [InlineData("2026-Q0")]
    [InlineData("2026-Q5")]
    [InlineData("2021-Q4")]
    [InlineData("2101-Q1")]
    [InlineData("+026-Q1")]
    [InlineData(" 026-Q1")]
    [InlineData("2026-Q1 ")]
    public void Anything_else_is_malformed(string text) => Quarter.Parse(text).DemandError("quarter-malformed");

    [Fact]
    public void A_quarter_ends_where_the_next_one_begins() => AnyQuarter.Sample(q =>
    {
        Assert.Equal(q.To, q.Next.From);
        Assert.Equal(q, q.Next.Previous);
        Assert.True(q < q.Next && q.Next > q && q <= q.Next && q.Next >= q);
    });

    [Fact]
    public void Every_day_lies_in_its_quarter() =>
        Gen.Int[new DateOnly(2022, 1, 1).DayNumber, new DateOnly(2100, 12, 31).DayNumber].Select(DateOnly.FromDayNumber).Sample(day =>
        {
            var quarter = Quarter.Of(day);
            Assert.True(quarter.From <= day && day < quarter.To);
        });

    [Fact]
    public void The_first_quarter_of_2026_is_January_to_March()
    {
        var quarter = Quarter.Parse("2026-Q1").Demand();
        Assert.Equal(new DateOnly(2026, 1, 1), quarter.From);
        Assert.Equal(new DateOnly(2026, 4, 1), quarter.To);
    }
}
