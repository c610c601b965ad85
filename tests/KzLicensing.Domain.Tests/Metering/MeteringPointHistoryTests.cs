using KzLicensing.Domain.Metering;
using Xunit;

namespace KzLicensing.Domain.Tests.Metering;

public sealed class MeteringPointHistoryTests
{
    private static readonly DateTimeOffset Earlier = DateTimeOffset.UnixEpoch, Later = Earlier.AddDays(1);
    private static readonly DateOnly January = new(2026, 1, 1), March = new(2026, 3, 1);

    private static readonly MeteringPointFact First = new()
    {
        EffectiveFrom = January,
        PayerBin = "970740000838",
        PowerSource = PowerSource.GridPurchase,
        MeterState = MeterState.Working,
        MaximumCapacityKw = 10_000,
    };

    [Fact]
    public void Nothing_is_known_before_the_first_fact() => Assert.Null(With().On(January.AddDays(-1)));

    [Fact]
    public void A_change_leaves_everything_else_as_it_was()
    {
        var history = With(new MeteringPointFact { EffectiveFrom = March, MeterState = MeterState.Faulty });
        Assert.Equal(MeterState.Working, history.On(March.AddDays(-1))?.MeterState);
        Assert.Equal(new MeteringPointState("970740000838", PowerSource.GridPurchase, MeterState.Faulty, 10_000, null), history.On(March));
    }

    [Fact]
    public void Of_several_facts_for_one_day_the_one_recorded_last_holds_in_whatever_order_they_are_read()
    {
        var earlier = new MeteringPointFact { EffectiveFrom = March, MaximumCapacityKw = 20_000, RecordedAt = Earlier };
        var later = new MeteringPointFact { EffectiveFrom = March, MaximumCapacityKw = 30_000, RecordedAt = Later };
        Assert.Equal(30_000, With(earlier, later).On(March)?.MaximumCapacityKw);
        Assert.Equal(30_000, With(later, earlier).On(March)?.MaximumCapacityKw);
    }

    [Fact]
    public void A_fact_recorded_late_about_the_past_does_not_undo_a_newer_change()
    {
        var change = new MeteringPointFact { EffectiveFrom = March, MeterState = MeterState.Faulty, RecordedAt = Earlier };
        var late = new MeteringPointFact { EffectiveFrom = January.AddDays(9), MeterState = MeterState.Absent, RecordedAt = Later };
        Assert.Equal(MeterState.Absent, With(change, late).On(March.AddDays(-1))?.MeterState);
        Assert.Equal(MeterState.Faulty, With(change, late).On(March)?.MeterState);
    }

    [Fact]
    public void A_new_meter_is_another_serial_number_and_the_same_state()
    {
        var first = First with { MeterSerial = "A-1" };
        var history = new MeteringPointHistory("MP-1", "35", [first, new MeteringPointFact { EffectiveFrom = March, MeterSerial = "B-2" }]);
        Assert.Equal(["A-1", "B-2"], new[] { March.AddDays(-1), March }.Select(history.MeterSerialOn));
        Assert.Null(history.MeterSerialOn(January.AddDays(-1)));
        Assert.Equal(history.On(January), history.On(March));
    }

    [Fact]
    public void Days_on_which_something_holds_are_ranges_without_a_break()
    {
        var history = With(
            new MeteringPointFact { EffectiveFrom = March, MaximumCapacityKw = 1 },
            new MeteringPointFact { EffectiveFrom = March.AddDays(5), PayerBin = "940140000385" },
            new MeteringPointFact { EffectiveFrom = March.AddDays(9), PayerBin = "970740000838" });
        var year = new DayRange(new DateOnly(2025, 7, 1), new DateOnly(2026, 7, 1));
        Assert.Equal(
            [new DayRange(January, March.AddDays(5)), new DayRange(March.AddDays(9), year.To)],
            history.DaysWhere(s => s.PayerBin == "970740000838", year));
    }

    private static MeteringPointHistory With(params MeteringPointFact[] changes) => new("MP-1", "35", [First, .. changes]);
}
