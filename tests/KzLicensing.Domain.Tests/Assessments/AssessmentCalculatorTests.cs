using CsCheck;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;
using KzLicensing.Domain.Tests.Tariffs;
using Xunit;

namespace KzLicensing.Domain.Tests.Assessments;

public sealed class AssessmentCalculatorTests
{
    private static readonly Purchases AtTwentyFour = new(1_000_000, 24_000_000);

    /// <summary>Year, source, meter, licensed; the ground that wins and its rate. The price is 24.00 where it matters.</summary>
    public static TheoryData<int, PowerSource, MeterState, bool, Condition, int> Grounds => new()
    {
        { 2022, PowerSource.GridPurchase, MeterState.Working, true, Condition.Standard, 1 },
        { 2022, PowerSource.OwnRenewable, MeterState.Absent, false, Condition.Standard, 1 },
        { 2023, PowerSource.GridPurchase, MeterState.Working, true, Condition.PriceScale, 2 },
        { 2023, PowerSource.Import, MeterState.Working, false, Condition.PriceScale, 2 },
        { 2023, PowerSource.OwnGeneration, MeterState.Working, true, Condition.OwnGeneration, 10 },
        { 2023, PowerSource.OffGridGenerator, MeterState.Working, true, Condition.OwnGeneration, 10 },
        { 2023, PowerSource.OwnRenewable, MeterState.Working, true, Condition.OwnRenewable, 1 },
        { 2023, PowerSource.OwnRenewable, MeterState.Faulty, true, Condition.NoMeter, 25 },
        { 2023, PowerSource.GridPurchase, MeterState.Absent, true, Condition.NoMeter, 25 },
        { 2024, PowerSource.GridPurchase, MeterState.Working, false, Condition.Standard, 2 },
        { 2024, PowerSource.OwnGeneration, MeterState.Working, true, Condition.Standard, 2 },
        { 2024, PowerSource.OwnRenewable, MeterState.Working, true, Condition.OwnRenewable, 1 },
        { 2024, PowerSource.OffGridGenerator, MeterState.Working, true, Condition.OffGridGenerator, 1 },
        { 2024, PowerSource.GridPurchase, MeterState.Faulty, true, Condition.NoMeter, 2 },
        { 2025, PowerSource.OwnRenewable, MeterState.Faulty, true, Condition.OwnRenewable, 1 },
        { 2026, PowerSource.GridPurchase, MeterState.Working, true, Condition.Standard, 2 },
        { 2026, PowerSource.OwnRenewable, MeterState.Working, true, Condition.OwnRenewable, 1 },
        { 2026, PowerSource.OffGridGenerator, MeterState.Working, true, Condition.OffGridGenerator, 1 },
        { 2026, PowerSource.OwnRenewable, MeterState.Working, false, Condition.NoLicense, 25 },
        { 2026, PowerSource.OwnRenewable, MeterState.Absent, true, Condition.NoMeter, 25 },
        { 2026, PowerSource.GridPurchase, MeterState.Faulty, false, Condition.NoMeter, 25 },
    };

    [Theory, MemberData(nameof(Grounds))]
    public void The_ground_that_the_law_of_the_year_puts_first_wins(
        int year, PowerSource source, MeterState meter, bool licensed, Condition condition, int rate)
    {
        var parts = Quarters.Point(source, meter, licensed ? Quarters.License : null).Split(Quarters.Of(year));
        var line = Assert.Single(parts.Lines(AtTwentyFour, 1_000_000).Demand());
        Assert.Equal((condition, rate), (line.Condition, line.RateKztPerKwh));
        Assert.Equal(line.Kwh * rate, line.AmountKzt);
        Assert.Equal(meter is MeterState.Working || year == 2022 ? VolumeBasis.Metered : VolumeBasis.MaximumCapacity, line.VolumeBasis);
    }

    [Theory]
    [InlineData(2024, 91)]
    [InlineData(2026, 90)]
    public void Without_a_working_meter_the_volume_is_the_maximum_capacity_round_the_clock(int year, int days)
    {
        var line = Assert.Single(Quarters.Point(meter: MeterState.Faulty).Split(Quarters.Of(year)).Lines(null, 17).Demand());
        Assert.Equal((1_000m * 24 * days, VolumeBasis.MaximumCapacity), (line.Kwh, line.VolumeBasis));
        Assert.Equal((0m, 0), (line.EstimatedKwh, line.MissingHours));
    }

    [Fact]
    public void A_meter_that_breaks_is_deemed_from_that_day_only()
    {
        var broken = new MeteringPointFact { EffectiveFrom = new DateOnly(2026, 3, 22), MeterState = MeterState.Faulty };
        var lines = Quarters.Point(changes: [broken]).Split(Quarters.Of(2026)).Lines(null, 500_000.25m, 3).Demand();
        Assert.Equal([(500_000.25m, 2m, 1_000_001m), (240_000m, 25m, 6_000_000m)],
            lines.Select(l => (l.Kwh, l.RateKztPerKwh, l.AmountKzt)));
        Assert.Equal(7_000_001m, AssessmentCalculator.Total(lines));
    }

    [Fact]
    public void The_price_scale_without_purchases_refuses() =>
        Quarters.Point().Split(Quarters.Of(2023)).Lines(null, 1).DemandError("price-unknown");

    [Fact]
    public void An_unknown_price_does_not_matter_where_the_highest_rate_applies_anyway()
    {
        var line = Assert.Single(Quarters.Point(meter: MeterState.Absent).Split(Quarters.Of(2023)).Lines(null, 0).Demand());
        Assert.Equal((Condition.NoMeter, 25m, null), (line.Condition, line.RateKztPerKwh, line.AveragePriceKzt));
    }

    [Fact]
    public void Where_nothing_was_used_there_is_no_line() =>
        Assert.Empty(Quarters.Point().Split(Quarters.Of(2023)).Lines(null, 0).Demand());

    [Fact]
    public void Hours_without_a_reading_are_told_even_where_nothing_else_was_read()
    {
        var change = new MeteringPointFact { EffectiveFrom = new DateOnly(2026, 2, 1), MaximumCapacityKw = 2_000 };
        var parts = Quarters.Point(changes: [change]).Split(Quarters.Of(2026));
        var lines = AssessmentCalculator.Calculate(
            [(parts[0], new Energy(100, 0, 0)), (parts[1], new Energy(0, 0, 1_416))], Quarters.NoPurchases).Demand();
        Assert.Equal([(100m, 200m, 0), (0m, 0m, 1_416)], lines.Select(l => (l.Kwh, l.AmountKzt, l.MissingHours)));
    }

    [Fact]
    public void Each_line_is_rounded_before_the_sum()
    {
        var change = new MeteringPointFact { EffectiveFrom = new DateOnly(2022, 2, 1), MaximumCapacityKw = 2_000 };
        var lines = Quarters.Point(changes: [change]).Split(Quarters.Of(2022)).Lines(null, 10.5m, 20.5m).Demand();
        Assert.Equal([11m, 21m], lines.Select(l => l.AmountKzt));
        Assert.Equal(32m, AssessmentCalculator.Total(lines));
    }

    [Fact]
    public void A_line_tells_the_average_price_the_article_and_how_good_the_readings_are()
    {
        var part = Assert.Single(Quarters.Point().Split(Quarters.Of(2023)));
        var line = Assert.Single(AssessmentCalculator.Calculate(
            [(part, new Energy(100, 40, 7))], new Dictionary<string, Purchases> { ["MP-1"] = new(3, 55.2937m) }).Demand());
        Assert.Equal((18.4312m, 40m, 7), (line.AveragePriceKzt, line.EstimatedKwh, line.MissingHours));
        Assert.Equal(("mining-fee-2023", "Tax Code 120-VI art. 606-3 (Law 135-VII of 2022-07-11)"), (line.TariffCode, line.Article));
    }

    [Fact]
    public void A_volume_band_ends_with_its_upper_bound()
    {
        var bands = Editions.Of(
            new(Condition.Standard, 0, KwhUpTo: 6_000),
            new(Condition.Standard, 2, KwhOver: 6_000, KwhUpTo: 10_000),
            new(Condition.Standard, 5, KwhOver: 10_000));
        Gen.Select(Gen.Int[0, 20_000_000], Gen.Int[0, 20_000_000]).Sample((a, b) => Check(a / 1000m, b / 1000m));
        Check(6_000, 0.001m);
        Check(5_999.999m, 0.001m);
        Check(10_000, 10_000);

        void Check(decimal first, decimal second)
        {
            var change = new MeteringPointFact { EffectiveFrom = new DateOnly(2026, 2, 1), MaximumCapacityKw = 2_000 };
            var lines = Quarters.Point(changes: [change]).Split(Quarters.Of(2026), bands).Lines(null, first, second).Demand();
            Assert.Equal(first + second, lines.Sum(l => l.Kwh));
            foreach (var (rate, over, upTo) in new[] { (0m, 0m, 6_000m), (2m, 6_000m, 10_000m), (5m, 10_000m, decimal.MaxValue) })
                Assert.Equal(Math.Max(Math.Min(first + second, upTo) - over, 0), lines.Where(l => l.RateKztPerKwh == rate).Sum(l => l.Kwh));
        }
    }

    [Fact]
    public void Bands_share_out_estimated_energy_and_missing_hours_without_losing_any() =>
        Gen.Select(Gen.Int[1, 20_000], Gen.Int[0, 20_000], Gen.Int[0, 99]).Sample((kwh, estimated, missing) =>
        {
            var bands = Editions.Of(new TariffRule(Condition.Standard, 2), new TariffRule(Condition.Standard, 1, KwhUpTo: 6_000));
            var part = Assert.Single(Quarters.Point().Split(Quarters.Of(2026), bands));
            var read = new Energy(kwh, Math.Min(estimated, kwh), missing);
            var lines = AssessmentCalculator.Calculate([(part, read)], Quarters.NoPurchases).Demand();
            Assert.All(lines, l => Assert.InRange(l.EstimatedKwh, 0, l.Kwh));
            Assert.Equal((read.EstimatedKwh, missing), (lines.Sum(l => l.EstimatedKwh), lines.Sum(l => l.MissingHours)));
        });

    [Fact]
    public void Hours_of_the_day_are_priced_apart()
    {
        var peak = Editions.Of(new TariffRule(Condition.Standard, 2), new TariffRule(Condition.Standard, 5, Hours: [18, 19, 20, 21]));
        var part = Assert.Single(Quarters.Point().Split(Quarters.Of(2026), peak));
        var hours = Enumerable.Range(0, 24).Select(h => new Energy(h, 0, h is 0 or 18 ? 1 : 0)).ToList();
        var lines = AssessmentCalculator.Calculate([(part, new Energy(276, 0, 2, hours))], Quarters.NoPurchases).Demand();
        Assert.Equal([(2m, 198m, 1), (5m, 78m, 1)], lines.Select(l => (l.RateKztPerKwh, l.Kwh, l.MissingHours)));
        new[] { part }.Lines(null, 276).DemandError("hours-unknown");
    }

    [Fact]
    public void Deemed_use_is_the_same_in_every_hour()
    {
        var night = Editions.Of(new TariffRule(Condition.Standard, 2), new TariffRule(Condition.Standard, 1, Hours: [0, 1, 2, 3, 4, 5]));
        var lines = Quarters.Point(meter: MeterState.Absent).Split(Quarters.Of(2026), night).Lines(null, 0).Demand();
        Assert.Equal([(1m, 540_000m), (2m, 1_620_000m)], lines.Select(l => (l.RateKztPerKwh, l.Kwh)));
    }

    [Theory]
    [InlineData("35", 3)]
    [InlineData("75", 2)]
    public void A_rule_for_the_region_displaces_the_general_one_wherever_it_stands(string region, int rate)
    {
        var tariff = Editions.Of(new TariffRule(Condition.Standard, 2), new TariffRule(Condition.Standard, 3, Regions: ["35"]));
        Assert.Equal(rate,
            Assert.Single(Quarters.Point(region: region).Split(Quarters.Of(2026), tariff).Lines(null, 1).Demand()).RateKztPerKwh);
    }

    [Fact]
    public void Months_have_rates_of_their_own()
    {
        var winter = Editions.Of(new TariffRule(Condition.Standard, 2), new TariffRule(Condition.Standard, 3, Months: [1, 2, 12]));
        Assert.Equal([3m, 3m, 2m], Quarters.Point().Split(Quarters.Of(2026), winter).Lines(null, 1, 1, 1).Demand()
            .Select(l => l.RateKztPerKwh));
    }

    [Fact]
    public void A_multiplier_of_the_price_is_charged_on_the_exact_price_and_needs_it()
    {
        var twice = Editions.Of(new TariffRule(Condition.Standard, MultiplierOfPrice: 2));
        var parts = Quarters.Point().Split(Quarters.Of(2026), twice);
        var line = Assert.Single(parts.Lines(new Purchases(3, 10), 300).Demand());
        Assert.Equal((6.6667m, 2_000m), (line.RateKztPerKwh, line.AmountKzt));
        parts.Lines(null, 300).DemandError("price-unknown");
    }

    [Fact]
    public void A_tariff_without_a_rule_for_this_electricity_refuses()
    {
        var elsewhere = Editions.Of(new TariffRule(Condition.Standard, 2, Regions: ["75"]));
        Quarters.Point().Split(Quarters.Of(2026), elsewhere).Lines(null, 1).DemandError("rate-not-found");
    }
}
