using CsCheck;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tests.Tariffs;
using Xunit;

namespace KzLicensing.Domain.Tests.Assessments;

public sealed class IndependentFeeTests
{
    private sealed record Change(int Day, PowerSource? Source, MeterState? Meter, int? CapacityKw);

    private sealed record Situation(
        Quarter Quarter, PowerSource Source, Change[] Changes, (int From, int Days)? Suspension, int[] DailyWh, long BoughtWh,
        long CostTiyn);

    private static readonly Gen<PowerSource> AnySource = Gen.Enum<PowerSource>();

    private static readonly Gen<Change> AnyChange = Gen.Select(
        Gen.Int[-10, 100], AnySource.Nullable(), Gen.OneOf<MeterState?>(MeterState.Working, MeterState.Absent, MeterState.Faulty, null),
        Gen.Int[1, 9_999].Nullable(), (day, source, meter, kw) => new Change(day, source, meter, kw));

    /// <summary>Half of the prices lie exactly on a bound of the scale.</summary>
    private static readonly Gen<(long Wh, long Tiyn)> AnyPurchase = Gen.Frequency(
        (1, Gen.Const((0L, 0L))),
        (5, Gen.Select(Gen.Long[1, 10_000_000], Gen.Long[0, 30], (kwh, price) => (kwh * 1_000, kwh * price * 100))),
        (5, Gen.Select(Gen.Long[1, 10_000_000_000], Gen.Long[0, 30_000_000_000])));

    private static readonly Gen<Situation> AnySituation = Gen.Select(
        Gen.Select(Gen.Int[2022, 2026], Gen.Int[1, 4], Quarters.Of), AnySource, AnyChange.Array[0, 4],
        Gen.Select(Gen.Int[-20, 100], Gen.Int[0, 60]).Nullable(), Gen.Int[0, 240_000_000].Array[92], AnyPurchase,
        (quarter, source, changes, suspension, wh, bought) =>
            new Situation(quarter, source, changes, suspension, wh, bought.Wh, bought.Tiyn));

    [Fact]
    public void The_calculator_equals_an_independent_calculation_to_the_tenge() => AnySituation.Sample(situation =>
    {
        var expected = IndependentFee.Compute(Days(situation), situation.BoughtWh, situation.CostTiyn);
        var actual = Calculate(situation);
        if (expected is null) actual.DemandError("price-unknown");
        else Assert.Equal(expected, actual.Demand().Select(InWholeNumbers));
    }, iter: 10_000);

    private static Result<IReadOnlyList<AssessmentLine>> Calculate(Situation situation)
    {
        var from = situation.Quarter.From;
        var point = Quarters.Point(situation.Source, changes: [.. situation.Changes.Select((c, i) => new MeteringPointFact
        {
            EffectiveFrom = from.AddDays(c.Day),
            RecordedAt = DateTimeOffset.UnixEpoch.AddDays(i),
            PowerSource = c.Source,
            MeterState = c.Meter,
            MaximumCapacityKw = c.CapacityKw,
        })]);
        var events = situation.Suspension is { } s
            ? new[] { new LicenseEvent(LicenseEventKind.Suspended, from.AddDays(s.From), from.AddDays(s.From + s.Days)) }
            : [];
        var licenses = new Dictionary<string, LicenseTerm> { [Quarters.License] = Quarters.Term("2022-01-01", "2028-12-31", events) };
        var parts = SubPeriod.Split(situation.Quarter, Quarters.Payer, [point], licenses, Editions.All).Demand();
        var kwh = parts.Select(p => situation.DailyWh.Skip(p.Days.From.DayNumber - from.DayNumber).Take(p.Days.Days)
            .Sum(wh => (long)wh) / 1000m);
        return parts.Lines(new Purchases(situation.BoughtWh / 1000m, situation.CostTiyn / 100m), [.. kwh]);
    }

    private static IndependentFee.Line InWholeNumbers(AssessmentLine line) =>
        new(line.From, line.To, (long)(line.Kwh * 1000), (int)line.RateKztPerKwh, (long)line.AmountKzt);

    private static List<IndependentFee.Day> Days(Situation situation)
    {
        var from = situation.Quarter.From;
        return [.. Enumerable.Range(0, situation.Quarter.To.DayNumber - from.DayNumber).Select(offset =>
        {
            var (source, meter, kw) = (situation.Source, MeterState.Working, 1_000);
            foreach (var change in situation.Changes.Where(c => c.Day <= offset).OrderBy(c => c.Day))
            {
                source = change.Source ?? source;
                meter = change.Meter ?? meter;
                kw = change.CapacityKw ?? kw;
            }

            var licensed = !(situation.Suspension is { } s && s.From <= offset && offset <= s.From + s.Days);
            return new IndependentFee.Day(from.AddDays(offset), source, meter, licensed, kw, situation.DailyWh[offset]);
        })];
    }
}
