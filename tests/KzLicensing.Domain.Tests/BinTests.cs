using CsCheck;
using Xunit;

namespace KzLicensing.Domain.Tests;

public sealed class BinTests
{
    public static TheoryData<string, string> KnownBins =>
        [.. Law.Rows("Data/known_bins.csv").Select(r => new TheoryDataRow<string, string>(r[0], r[1]))];

    [Theory, MemberData(nameof(KnownBins))]
    public void Numbers_of_known_organizations_are_valid(string bin, string holder)
    {
        var parsed = Bin.Parse(bin).Demand();
        Assert.Equal(bin, parsed.Value);
        Assert.False(parsed.IsIin, holder);
    }

    [Theory]
    [InlineData("990101300013")]
    [InlineData("000229600004")]
    public void A_persons_number_is_told_from_an_organizations(string iin) => Assert.True(Bin.Parse(iin).Demand().IsIin);

    [Theory]
    [InlineData("99023030001")]
    [InlineData("00022930000")]
    [InlineData("99010100001")]
    [InlineData("99010170001")]
    [InlineData("97007000083")]
    [InlineData("97137000083")]
    public void Digits_that_are_no_birthday_and_a_century_nobody_knows_are_no_reason_to_refuse_a_number(string digits) =>
        Assert.True(Bin.Parse(digits + Assert.Single(ByTheRecipe(digits))).Demand().IsIin);

    [Theory]
    [InlineData("")]
    [InlineData("97074000083")]
    [InlineData("9707400008388")]
    [InlineData(" 970740000838")]
    [InlineData("97074000083x")]
    [InlineData("٩٧٠٧٤٠٠٠٠٨٣٨")]
    public void What_is_not_twelve_digits_is_malformed(string text) => Bin.Parse(text).DemandError("bin-malformed");

    [Theory, MemberData(nameof(KnownBins))]
    public void Any_other_last_digit_is_refused(string bin, string holder)
    {
        foreach (var digit in "0123456789".Where(d => d != bin[11])) Bin.Parse(bin[..11] + digit).DemandError("bin-check-digit");
        Assert.NotEmpty(holder);
    }

    [Fact]
    public void A_number_has_the_check_digit_of_the_recipe_or_none() =>
        Gen.Long[0, 99_999_999_999].Sample(number =>
        {
            var digits = $"{number:D11}";
            var valid = Enumerable.Range(0, 10).Where(d => !Bin.Parse($"{digits}{d}").IsFailure).ToList();
            Assert.Equal(ByTheRecipe(digits), valid);
        });

    /// <summary>Σ i·aᵢ mod 11; if that is 10, the same with the weights shifted by two; if that is 10 again, never issued.</summary>
    private static IEnumerable<int> ByTheRecipe(string digits)
    {
        foreach (var shift in new[] { 0, 2 })
        {
            var remainder = digits.Select((d, i) => (d - '0') * ((i + shift) % 11 + 1)).Sum() % 11;
            if (remainder < 10) return [remainder];
        }

        return [];
    }
}
