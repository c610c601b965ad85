using CsCheck;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;
using Xunit;

namespace KzLicensing.Domain.Tests.Tariffs;

public sealed class TariffTests
{
    private static readonly IReadOnlyList<TariffRule> Scale = [.. Editions.Of2023.Rules.Where(r => r.Condition is Condition.PriceScale)];

    [Fact]
    public void Every_edition_of_the_law_is_sound() => Assert.All(Editions.All, tariff => Assert.Null(tariff.Check()));

    [Fact]
    public void A_price_at_an_upper_bound_belongs_to_the_step_and_a_hair_over_it_to_the_next() =>
        Gen.Select(Gen.Int[1, 24], Gen.Decimal[0.001m, 1_000_000_000m].Select(kwh => decimal.Round(kwh, 3))).Sample((price, kwh) =>
        {
            Assert.Equal(26 - price, Rate(kwh, price * kwh));
            Assert.Equal(25 - price, Rate(kwh, price * kwh + 0.01m));
            Assert.Equal(26 - price, Rate(kwh, price * kwh - Math.Min(0.01m, kwh / 2)));
        });

    [Fact]
    public void Every_price_has_exactly_one_step() =>
        Gen.Select(Gen.Long[1, 100_000_000_000], Gen.Long[0, 3_000_000_000_000]).Sample((wh, tiyn) =>
            Assert.Single(Scale, r => r.IsStepFor(new Purchases(wh / 1000m, tiyn / 100m))));

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(24)]
    public void A_scale_without_one_of_its_steps_is_broken(int missing) => Broken(Scale.Where((_, i) => i != missing));

    [Fact]
    public void A_scale_whose_steps_overlap_or_stand_on_their_head_is_broken()
    {
        Broken(Scale.Append(Scale[7]));
        Broken(Scale.Select((r, i) => i == 3 ? r with { PriceUpTo = 4.5m } : r));
        Broken([Scale[0] with { PriceUpTo = null }, Scale[0] with { PriceUpTo = null }]);
        Broken([new(Condition.PriceScale, 3, null, 5), new(Condition.PriceScale, 2, 5, 4), new(Condition.PriceScale, 1, 4, null)]);
    }

    [Fact]
    public void The_order_in_which_steps_are_written_does_not_matter() => Assert.Null(Editions.Of([.. Scale.Reverse()]).Check());

    [Fact]
    public void Two_regions_may_have_a_scale_each() =>
        Assert.Null(Editions.Of([.. ScaleOf("35"), .. ScaleOf("75"), .. Scale]).Check());

    [Fact]
    public void A_rule_says_a_rate_or_a_multiplier()
    {
        Assert.Equal("rate-ambiguous", Editions.Of(new TariffRule(Condition.Standard)).Check()?.Code);
        Assert.Equal("rate-ambiguous", Editions.Of(new TariffRule(Condition.Standard, 2, MultiplierOfPrice: 2)).Check()?.Code);
        Assert.Null(Editions.Of(new TariffRule(Condition.Standard, MultiplierOfPrice: 2)).Check());
    }

    [Fact]
    public void Hours_and_volume_bands_do_not_mix()
    {
        var mixed = Editions.Of(new(Condition.Standard, 2, Hours: [18]), new(Condition.Standard, 1, KwhUpTo: 6_000));
        Assert.Equal("hours-and-bands", mixed.Check()?.Code);
    }

    private static IEnumerable<TariffRule> ScaleOf(string region) => Scale.Select(r => r with { Regions = [region] });

    private static decimal? Rate(decimal kwh, decimal costKzt) => Scale.Single(r => r.IsStepFor(new Purchases(kwh, costKzt))).RateKztPerKwh;

    private static void Broken(IEnumerable<TariffRule> scale) => Assert.Equal("price-scale-broken", Editions.Of([.. scale]).Check()?.Code);
}
