using CsCheck;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;
using KzLicensing.Domain.Tests.Tariffs;
using Xunit;

namespace KzLicensing.Domain.Tests.Assessments;

public sealed class SubPeriodTests
{
    private const string Other = "020240000555";
    private static readonly Quarter First2026 = Quarters.Of(2026);

    private static readonly Gen<MeteringPointFact> AnyChange = Gen.Select(
        Gen.Int[-40, 130], Gen.Int[0, 4], Gen.Int[0, 2], Gen.OneOf(Quarters.Payer, Other, null), Gen.OneOf<decimal?>(1_000, 2_000, null),
        (day, source, meter, payer, kw) => new MeteringPointFact
        {
            EffectiveFrom = First2026.From.AddDays(day),
            PowerSource = source > 2 ? null : (PowerSource)source,
            MeterState = (MeterState)meter,
            PayerBin = payer,
            MaximumCapacityKw = kw,
        });

    [Fact]
    public void The_sub_periods_of_all_payers_hold_every_day_once_and_nothing_changes_inside_one() =>
        AnyChange.Array[0, 6].Sample(changes =>
    {
        var point = Quarters.Point(changes: changes);
        var parts = new[] { Quarters.Payer, Other }
            .SelectMany(payer => SubPeriod.Split(First2026, payer, [point], Quarters.Licenses, Editions.All).Demand())
            .OrderBy(p => p.Days.From).ToList();

        Assert.Equal(First2026.From, parts[0].Days.From);
        Assert.Equal(First2026.To, parts[^1].Days.To);
        Assert.All(parts.Zip(parts.Skip(1)), pair =>
        {
            Assert.Equal(pair.First.Days.To, pair.Second.Days.From);
            Assert.NotEqual(pair.First.State, pair.Second.State);
        });
        Assert.All(parts, part =>
        {
            for (var day = part.Days.From; day < part.Days.To; day = day.AddDays(1)) Assert.Equal(part.State, point.On(day));
        });
    });

    [Fact]
    public void A_fact_that_repeats_what_is_known_does_not_split_a_line()
    {
        var same = new MeteringPointFact { EffectiveFrom = new DateOnly(2026, 2, 10), MeterState = MeterState.Working };
        Assert.Single(Quarters.Point(changes: [same]).Split(First2026));
    }

    [Fact]
    public void The_state_of_the_license_splits_and_another_license_that_holds_as_well_does_not()
    {
        var licenses = new Dictionary<string, LicenseTerm>
        {
            ["old"] = Quarters.Term("2023-02-15", "2026-02-14"),
            ["new"] = Quarters.Term("2026-02-15", "2029-02-14",
                new LicenseEvent(LicenseEventKind.Suspended, new DateOnly(2026, 3, 1), new DateOnly(2026, 4, 30)),
                new LicenseEvent(LicenseEventKind.Resumed, new DateOnly(2026, 3, 21), null)),
        };
        var renewed = new MeteringPointFact { EffectiveFrom = new DateOnly(2026, 2, 15), LicenseNumber = "new" };
        var point = Quarters.Point(license: "old", changes: [renewed]);
        var parts = SubPeriod.Split(First2026, Quarters.Payer, [point], licenses, Editions.All).Demand();
        Assert.Equal(
            [("2026-01-01", "2026-03-01", true), ("2026-03-01", "2026-03-21", false), ("2026-03-21", "2026-04-01", true)],
            parts.Select(p => ($"{p.Days.From:yyyy-MM-dd}", $"{p.Days.To:yyyy-MM-dd}", p.Licensed)));
    }

    [Fact]
    public void Somebody_elses_license_permits_nothing_and_splits_nothing() =>
        Assert.False(Assert.Single(Quarters.Point(license: "KZ-DM-I-2026-000002").Split(First2026)).Licensed);

    [Fact]
    public void A_tariff_that_changes_inside_a_quarter_splits_it()
    {
        var old = Editions.Of2026 with { Code = "old", EffectiveTo = new DateOnly(2026, 2, 10) };
        var next = Editions.Of2026 with { Code = "next", EffectiveFrom = new DateOnly(2026, 2, 11) };
        var parts = Quarters.Point().Split(First2026, old, next);
        Assert.Equal([("old", 41), ("next", 49)], parts.Select(p => (p.Tariff.Code, p.Days.Days)));
    }

    [Fact]
    public void Days_after_the_end_of_the_last_tariff_are_not_charged_by_it()
    {
        var old = Editions.Of2026 with { EffectiveTo = new DateOnly(2026, 2, 10) };
        var error = SubPeriod.Split(First2026, Quarters.Payer, [Quarters.Point()], Quarters.Licenses, [old])
            .DemandError("tariff-not-found");
        Assert.Contains("2026-02-11", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Months_split_only_where_the_tariff_narrows_by_months()
    {
        var winter = Editions.Of(new TariffRule(Condition.Standard, 2), new TariffRule(Condition.Standard, 3, Months: [1, 2]));
        Assert.Equal(3, Quarters.Point().Split(First2026, winter).Count);
        Assert.Single(Quarters.Point().Split(First2026));
    }

    [Fact]
    public void Points_come_in_the_order_of_their_codes_and_days()
    {
        var points = new[] { "b", "B", "a" }.Select(code => Quarters.Point(code: code));
        var parts = SubPeriod.Split(First2026, Quarters.Payer, points, Quarters.Licenses, Editions.All).Demand();
        Assert.Equal(["B", "a", "b"], parts.Select(p => p.MeteringPoint));
    }

    [Fact]
    public void A_point_of_another_payer_is_not_charged() =>
        Assert.Empty(SubPeriod.Split(First2026, Other, [Quarters.Point()], Quarters.Licenses, Editions.All).Demand());
}
