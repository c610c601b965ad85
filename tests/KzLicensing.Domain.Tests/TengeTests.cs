using CsCheck;
using Xunit;

namespace KzLicensing.Domain.Tests;

public sealed class TengeTests
{
    [Theory]
    [InlineData("0.4999", "0")]
    [InlineData("0.5", "1")]
    [InlineData("1.5", "2")]
    [InlineData("2.5", "3")]
    [InlineData("-2.5", "-3")]
    [InlineData("2.4999999999", "2")]
    public void Half_a_tenge_goes_up(string kzt, string rounded) =>
        Assert.Equal(Law.Number(rounded), Tenge.Round(Law.Number(kzt), Rounding.HalfUpWholeTenge));

    [Fact]
    public void Rounding_moves_an_amount_by_half_a_tenge_at_most_and_mirrors_its_sign() =>
        Gen.Long[-1_000_000_000, 1_000_000_000].Select(thousandths => thousandths / 1000m).Sample(kzt =>
        {
            var rounded = Tenge.Round(kzt, Rounding.HalfUpWholeTenge);
            Assert.Equal(decimal.Truncate(rounded), rounded);
            Assert.True(Math.Abs(rounded - kzt) <= 0.5m);
            Assert.Equal(-rounded, Tenge.Round(-kzt, Rounding.HalfUpWholeTenge));
        });
}
