using CsCheck;
using KzLicensing.Domain.Findings;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;
using KzLicensing.Domain.Tests.Tariffs;
using Xunit;

namespace KzLicensing.Domain.Tests.Findings;

public sealed class FindingRulesTests
{
    private const string Payer = "970740000838", Other = "940140000385", License = "KZ-DM-I-2026-000001";
    private static readonly DateOnly January = new(2026, 1, 1), February = new(2026, 2, 1);
    private static readonly DayRange TwoMonths = new(January, new DateOnly(2026, 3, 1));
    private static readonly int First = CivilTime.HourOf(January), End = CivilTime.HourOf(TwoMonths.To);
    private static readonly DateTimeOffset Later = CivilTime.StartOf(new DateOnly(2026, 6, 1));
    private static readonly FindingThresholds Thresholds = new(48, 2, 24, 2, 5, 5, 20);
    private static readonly LicenseTerm Active = new(January, new DateOnly(2028, 12, 31), []);
    private static readonly LicenseTerm Suspended = Active with { Events = [new LicenseEvent(LicenseEventKind.Suspended, February, null)] };

    private static readonly MeteringPointFact Start = new()
    {
        EffectiveFrom = January,
        PayerBin = Payer,
        PowerSource = PowerSource.GridPurchase,
        MeterState = MeterState.Working,
        MaximumCapacityKw = 1_000,
        LicenseNumber = License,
    };

    [Fact]
    public void A_gap_is_told_once_its_grace_is_over_and_puts_the_capacity_at_stake()
    {
        var read = Flat(500_000, missing: h => h >= First + 100 && h < First + 110);
        var gap = Assert.Single(Find(read, bought: Bought(500), kind: FindingKind.Gap));
        Assert.Equal((First + 100, First + 110, 10_000m, 20_000m), (gap.FromHour, gap.ToHour, gap.Kwh, gap.Kzt));
        Assert.Equal(9, Assert.Single(Find(read, now: CivilTime.StartOfHour(First + 110 + 47), kind: FindingKind.Gap)).Hours);
        Assert.Empty(Find(Flat(500_000, missing: h => h == First + 100), kind: FindingKind.Gap));
    }

    [Fact]
    public void More_than_the_site_can_take_is_told_above_the_tolerance_with_what_exceeds_the_capacity()
    {
        Assert.Empty(Find(Flat(1_020_000), kind: FindingKind.OverCapacity));
        var over = Assert.Single(Find(Flat(1_020_001), kind: FindingKind.OverCapacity));
        Assert.Equal((First, End, 28_321.416m), (over.FromHour, over.ToHour, over.Kwh));
    }

    [Theory]
    [InlineData(LicenseEventKind.Suspended, FindingKind.LoadWhileSuspended)]
    [InlineData(LicenseEventKind.Revoked, FindingKind.LoadWhileSuspended)]
    [InlineData(LicenseEventKind.Surrendered, FindingKind.LoadWithoutLicense)]
    public void Load_after_a_license_has_lost_its_force_costs_the_rate_of_no_license(LicenseEventKind happened, FindingKind kind)
    {
        var until = happened is LicenseEventKind.Suspended ? new DateOnly(2026, 2, 10) : (DateOnly?)null;
        var term = Active with { Events = [new LicenseEvent(happened, February, until)] };
        var load = Assert.Single(Find(Flat(1_000), term), f => f.Kind == kind);
        var hours = (until is null ? 28 : 10) * 24;
        Assert.Equal((CivilTime.HourOf(February), hours, hours * 1m, hours * 25m), (load.FromHour, load.Hours, load.Kwh, load.Kzt));
    }

    [Fact]
    public void A_run_that_goes_on_over_new_year_is_told_by_year_but_is_as_long_as_it_is()
    {
        var december = January.AddMonths(-1);
        var days = new DayRange(december, February);
        var (first, newYear) = (CivilTime.HourOf(december), CivilTime.HourOf(January));
        var read = new MeterHours(first, CivilTime.HourOf(February));
        for (var day = december; day < February; day = day.AddDays(1))
            read.Add(day, 0xFF_FFFF, 0,
                [.. Enumerable.Range(CivilTime.HourOf(day), 24).Select(h => h >= newYear - 14 && h < newYear + 10 ? 0 : 500_000)]);

        var stretches = Stretches(days, Active with { ValidFrom = december }, [Start with { EffectiveFrom = december }]);
        var zeros = FindingRules.Find(stretches, days, read, _ => null, [], Later).Where(f => f.Kind is FindingKind.FlatZero);
        Assert.Equal([(newYear - 14, newYear), (newYear, newYear + 10)], zeros.Select(f => (f.FromHour, f.ToHour)));
    }

    [Fact]
    public void Somebody_elses_license_permits_nothing() =>
        Assert.Equal(End - First, Assert.Single(Find(Flat(1_000), holder: Other, kind: FindingKind.LoadWithoutLicense)).Hours);

    [Fact]
    public void A_licensed_meter_at_zero_for_a_day_is_told_and_for_a_month_twice()
    {
        Assert.Empty(Find(Flat(500_000, zero: h => h >= First + 100 && h < First + 123), kind: FindingKind.FlatZero));
        Assert.Equal(24,
            Assert.Single(Find(Flat(500_000, zero: h => h >= First + 100 && h < First + 124), kind: FindingKind.FlatZero)).Hours);

        var january = Find(Flat(500_000, zero: h => h < CivilTime.HourOf(February)));
        Assert.Equal((First, 744, 744_000m), january.Where(f => f.Kind is FindingKind.FlatZero).Select(f => (f.FromHour, f.Hours, f.Kwh))
            .Single());
        Assert.Equal((First, 744, 0m), january.Where(f => f.Kind is FindingKind.LicenseWithoutLoad)
            .Select(f => (f.FromHour, f.Hours, f.Kwh)).Single());
    }

    [Fact]
    public void A_license_that_goes_unused_for_months_is_told_once_unless_a_part_is_known()
    {
        var unused = Flat(0);
        Assert.Equal((First, End), Find(unused, kind: FindingKind.LicenseWithoutLoad).Select(f => (f.FromHour, f.ToHour)).Single());
        var known = Known(unused, FindingKind.LicenseWithoutLoad, First, CivilTime.HourOf(February));
        var told = Find(unused, acknowledged: [known], kind: FindingKind.LicenseWithoutLoad);
        Assert.Equal([(744, true), (672, false)], told.Select(f => (f.Hours, f.Acknowledged is not null)));
        Assert.Empty(Find(unused, facts: [Start with { MeterState = MeterState.Absent }]));
    }

    [Fact]
    public void A_month_of_which_too_many_hours_were_estimated_puts_those_at_stake()
    {
        Assert.Empty(Find(Flat(500_000, estimated: h => h < First + 37), kind: FindingKind.TooMuchEstimated));
        var month = Assert.Single(Find(Flat(500_000, estimated: h => h < First + 38), kind: FindingKind.TooMuchEstimated));
        Assert.Equal((First, 744, 19_000m, 38_000m), (month.FromHour, month.Hours, month.Kwh, month.Kzt));
    }

    [Fact]
    public void Purchases_are_compared_with_readings_once_they_are_due()
    {
        var hours = Flat(500_000);
        var read = new[] { 744 * 500m, 672 * 500m };
        Assert.Empty(Find(hours, bought: Bought(read[0] * 0.95m, read[1] / 0.95m), kind: FindingKind.PurchasesMismatch));
        var mismatch = Assert.Single(Find(hours, bought: Bought(read[0] * 0.94m, read[1]), kind: FindingKind.PurchasesMismatch));
        Assert.Equal((First, 22_320m, 44_640m), (mismatch.FromHour, mismatch.Kwh, mismatch.Kzt));
        Assert.Equal(read[1], Assert.Single(Find(hours, bought: Bought(read[0]), kind: FindingKind.PurchasesMismatch)).Kwh);
        Assert.Empty(Find(hours, now: CivilTime.StartOf(new DateOnly(2026, 2, 20)), kind: FindingKind.PurchasesMismatch));
        Assert.Empty(Find(hours, facts: [Start with { PowerSource = PowerSource.OwnGeneration }], kind: FindingKind.PurchasesMismatch));
    }

    [Theory]
    [InlineData(1e16)]
    [InlineData(1e24)]
    public void No_amount_that_was_bought_is_too_large_to_be_found(double bought)
    {
        var mismatch = Assert.Single(Find(Flat(500_000), bought: Bought((decimal)bought, 672 * 500m), kind: FindingKind.PurchasesMismatch));
        Assert.Equal((long.MaxValue - 744 * 500_000L) / 1000m, mismatch.Kwh);
    }

    [Fact]
    public void No_price_is_too_high_to_be_survived()
    {
        var twice = Editions.Of(new TariffRule(Condition.Standard, MultiplierOfPrice: 2));
        decimal? Rate(decimal costKzt) =>
            Stretches(TwoMonths, Active, [Start], tariff: twice, bought: new Purchases(0.001m, costKzt))[0].KztPerKwh;
        Assert.Equal(1_000_000, Rate(500));
        Assert.Null(Rate(1e18m));
    }

    [Fact]
    public void What_is_acknowledged_is_cut_out_and_what_grows_beyond_it_is_open()
    {
        var read = Flat(500_000, missing: h => h >= First + 100 && h < First + 130);
        var known = Known(read, FindingKind.Gap, First + 105, First + 120);
        var told = Find(read, acknowledged: [known], kind: FindingKind.Gap);
        Assert.Equal(
            [(100, 105, false), (105, 120, true), (120, 130, false)],
            told.Select(f => (f.FromHour - First, f.ToHour - First, f.Acknowledged is not null)));
        Assert.All(told, f => Assert.Null(f.Lapsed));
        Assert.Null(Find(read, acknowledged: [known with { Evidence = null }], kind: FindingKind.Gap).Single().Acknowledged);
        Assert.Null(Find(read, acknowledged: [known with { Kind = FindingKind.FlatZero }], kind: FindingKind.Gap).Single().Acknowledged);
    }

    [Fact]
    public void An_acknowledgement_lapses_when_kwh_move_to_another_hour_though_their_sum_stays()
    {
        int? Over(int hour, int first, int second) => hour == First + 100 ? first : hour == First + 101 ? second : 500_000;
        var seen = Read([.. Enumerable.Range(First, End - First).Select(h => Over(h, 1_500_000, 1_300_000))]);
        var moved = Read([.. Enumerable.Range(First, End - First).Select(h => Over(h, 1_300_000, 1_500_000))]);
        var known = Known(seen, FindingKind.OverCapacity, First, End);
        Assert.Equal((First + 100, First + 102), (known.FromHour, known.ToHour));
        Assert.Equal(known, Find(seen, acknowledged: [known], kind: FindingKind.OverCapacity).Single().Acknowledged);
        var open = Find(moved, acknowledged: [known], kind: FindingKind.OverCapacity).Single();
        Assert.Equal((2, 800m, null, known), (open.Hours, open.Kwh, open.Acknowledged, open.Lapsed));
    }

    [Fact]
    public void An_acknowledgement_lapses_when_purchases_that_exceeded_the_readings_fall_short_of_them()
    {
        var (hours, read) = (Flat(500_000), 744 * 500m);
        var known = Known(hours, FindingKind.PurchasesMismatch, First, CivilTime.HourOf(February), Bought(read + 50_000, 672 * 500m));
        Assert.Equal(known, Mismatch(read + 50_000).Acknowledged);
        var turned = Mismatch(read - 50_000);
        Assert.Equal((50_000m, null, known), (turned.Kwh, turned.Acknowledged, turned.Lapsed));

        Finding Mismatch(decimal bought) =>
            Assert.Single(Find(hours, bought: Bought(bought, 672 * 500m), acknowledged: [known], kind: FindingKind.PurchasesMismatch));
    }

    [Fact]
    public void Of_several_acknowledgements_of_an_hour_the_latest_that_holds_counts()
    {
        var read = Flat(500_000, missing: h => h >= First + 100 && h < First + 130);
        var part = Known(read, FindingKind.Gap, First + 105, First + 120);
        var whole = Known(read, FindingKind.Gap, First, End) with { At = Later.AddDays(1) };
        Assert.Equal(whole, Find(read, acknowledged: [part, whole], kind: FindingKind.Gap).Single().Acknowledged);
        var changed = whole with { Evidence = "sha256:of something else" };
        Assert.Equal([changed, null, changed], Find(read, acknowledged: [part, changed], kind: FindingKind.Gap).Select(f => f.Lapsed));
    }

    [Fact]
    public void An_acknowledgement_holds_for_what_it_saw_and_for_nothing_else() =>
        Gen.Select(AnyHours, Gen.Enum<FindingKind>(), Gen.Int[0, 1_400], Gen.Int[1, 300], Gen.Int[0, 1_000])
            .Sample((hours, kind, from, length, other) =>
        {
            var range = new Acknowledgement(kind, First + from, First + from + length, null, "inspector-1", Later, "Known");
            var proposed = Find(Read(hours), Suspended, proposed: range);
            var known = proposed.Select(f => f.Acknowledged).OfType<Acknowledgement>().ToList();
            Assert.All(known, k => Assert.True(range.FromHour <= k.FromHour && k.ToHour <= range.ToHour));
            Assert.Equal(proposed, Find(Read(hours), Suspended, acknowledged: known));

            foreach (var one in known)
            {
                int?[] changed = [.. hours, .. Enumerable.Repeat((int?)null, End - First - hours.Length)];
                changed[one.FromHour - First + other % (one.ToHour - one.FromHour)] = 7;
                Assert.DoesNotContain(Find(Read(changed), Suspended, acknowledged: known), f => f.Acknowledged == one);
            }
        });

    [Fact]
    public void Ranges_cover_exactly_the_hours_that_a_check_hour_by_hour_finds() =>
        Gen.Select(AnyHours, AnyFacts, AnyTerm, Gen.Int[0, 1_600]).Sample((hours, facts, term, now) =>
        {
            var at = CivilTime.StartOfHour(First + now);
            var found = Find(Read(hours), term, facts, now: at);
            foreach (var kind in HourKinds)
            {
                var mine = found.Where(f => f.Kind == kind).ToList();
                var naive = NaiveHours(kind, hours, facts, term, now).ToDictionary(n => n.Hour, n => n.Wh);
                Assert.Equal(naive.Keys.Order(), mine.SelectMany(f => Enumerable.Range(f.FromHour - First, f.Hours)));
                Assert.Equal(naive.Values.Sum() / 1000m, mine.Sum(f => f.Kwh));
                var edges = facts.Where(f => f.PayerBin is not null).Select(f => CivilTime.HourOf(f.EffectiveFrom)).ToHashSet();
                Assert.All(mine.Zip(mine.Skip(1)),
                    pair => Assert.True(pair.First.ToHour < pair.Second.FromHour || edges.Contains(pair.Second.FromHour)));
                Assert.All(mine, f => Assert.Single(Enumerable.Range(f.FromHour, f.Hours).Select(h => PayerIn(facts, h)).Distinct()));
            }
        });

    private static string? PayerIn(IReadOnlyList<MeteringPointFact> facts, int hour) =>
        new MeteringPointHistory("MP-1", "35", facts).On(January.AddDays((hour - First) / 24))?.PayerBin;

    private static readonly FindingKind[] HourKinds =
        [FindingKind.Gap, FindingKind.OverCapacity, FindingKind.FlatZero, FindingKind.LoadWhileSuspended, FindingKind.LoadWithoutLicense];

    private static readonly int?[] Loads = [null, 0, 1, 400_000, 1_000_000, 1_020_000, 1_500_000];

    /// <summary>Runs of missing hours (null), zeros, ordinary load and too much load.</summary>
    private static readonly Gen<int?[]> AnyHours =
        Gen.Select(Gen.Int[0, Loads.Length - 1].Select(i => Loads[i]), Gen.Int[1, 90]).Array[20, 60]
            .Select(runs => runs.SelectMany(r => Enumerable.Repeat(r.Item1, r.Item2)).Take(End - First).ToArray());

    private static readonly Gen<DateOnly> AnyDay = Gen.Int[0, 58].Select(January.AddDays);

    /// <summary>A complete first fact, and changes from the same day on.</summary>
    private static readonly Gen<List<MeteringPointFact>> AnyFacts = Gen.Select(AnyDay, Gen.Int[0, 5]).Array[0, 5].Select(changes =>
    {
        var first = Start with { RecordedAt = DateTimeOffset.UnixEpoch.AddDays(-1), EffectiveFrom = January.AddDays(changes.Length) };
        var later = changes.Index().Select(c => Change(c.Item.Item1, c.Item.Item2, DateTimeOffset.UnixEpoch.AddDays(c.Index)));
        return later.Where(f => f.EffectiveFrom >= first.EffectiveFrom).Prepend(first).ToList();
    });

    private static MeteringPointFact Change(DateOnly from, int what, DateTimeOffset at) => new()
    {
        EffectiveFrom = from,
        RecordedAt = at,
        PayerBin = what switch { 0 => Other, 1 => Payer, _ => null },
        MeterState = what switch { 2 => MeterState.Faulty, 3 => MeterState.Working, _ => null },
        MaximumCapacityKw = what switch { 4 => 1_200, 5 => 300, _ => null },
    };

    private static readonly Gen<LicenseTerm> AnyTerm = Gen.Select(AnyDay, AnyDay, Gen.Int[0, 3]).Select((from, until, kind) => kind == 3
        ? new LicenseTerm(from, until > from ? until : from, [])
        : Active with { Events = [new LicenseEvent((LicenseEventKind)new[] { 0, 2, 3 }[kind], from, kind == 0 ? until : null)] });

    /// <summary>Written down once more, without stretches: every hour asks what is true on its day.</summary>
    private static List<(int Hour, long Wh)> NaiveHours(FindingKind kind, int?[] hours, IReadOnlyList<MeteringPointFact> facts,
        LicenseTerm term, int now)
    {
        var marked = new List<(int Hour, long Wh)>();
        var point = new MeteringPointHistory("MP-1", "35", facts);
        for (var hour = 0; hour < Math.Min(End - First, now); hour++)
        {
            var day = January.AddDays(hour / 24);
            var wh = hour < hours.Length ? hours[hour] : null;
            if (point.On(day) is not { } state)
            {
                if (kind is FindingKind.LoadWithoutLicense && wh is > 0 and var unowned) marked.Add((hour, unowned));
                continue;
            }

            var status = state.PayerBin == Payer ? term.StatusOn(day) : (LicenseStatus?)null;
            var working = state.MeterState is MeterState.Working;
            var capacity = (long)state.MaximumCapacityKw * 1000;
            var ended = status is LicenseStatus.Suspended or LicenseStatus.Revoked;
            var at = kind switch
            {
                FindingKind.Gap when wh is null && working && hour + 49 <= now => capacity,
                FindingKind.OverCapacity when wh is { } over && over * 100L > capacity * 102 => over - capacity,
                FindingKind.FlatZero when wh == 0 && working && status is LicenseStatus.Active => capacity,
                FindingKind.LoadWhileSuspended when wh is > 0 and var load && ended => load,
                FindingKind.LoadWithoutLicense when wh is > 0 and var load && !ended && status is not LicenseStatus.Active => load,
                _ => (long?)null,
            };
            if (at is { } stake) marked.Add((hour, stake));
        }

        var min = kind switch { FindingKind.Gap => 2, FindingKind.FlatZero => 24, _ => 1 };
        var set = marked.Select(m => m.Hour).ToHashSet();
        int Length(int hour)
        {
            var (a, b) = (hour, hour);
            while (set.Contains(a - 1)) a--;
            while (set.Contains(b + 1)) b++;
            return b - a + 1;
        }

        return min == 1 ? marked : [.. marked.Where(m => Length(m.Hour) >= min)];
    }

    private static MeterHours Flat(int wh, Func<int, bool>? missing = null, Func<int, bool>? zero = null, Func<int, bool>? estimated = null)
    {
        var read = Enumerable.Range(First, End - First)
            .Select(h => missing?.Invoke(h) == true ? null : zero?.Invoke(h) == true ? 0 : (int?)wh).ToArray();
        return Read(read, estimated);
    }

    private static MeterHours Read(int?[] hours, Func<int, bool>? estimated = null)
    {
        var read = new MeterHours(First, End);
        foreach (var (day, wh) in hours.Chunk(24).Index())
        {
            var known = wh.Index().Where(h => h.Item is not null).Sum(h => 1 << h.Index);
            var guessed = wh.Index().Where(h => estimated?.Invoke(First + day * 24 + h.Index) == true).Sum(h => 1 << h.Index);
            read.Add(January.AddDays(day), known, guessed, [.. wh.Select(h => h ?? 0), .. Enumerable.Repeat(0, 24 - wh.Length)]);
        }

        return read;
    }

    private static Dictionary<DateOnly, decimal> Bought(params decimal[] kwh) =>
        kwh.Index().ToDictionary(k => January.AddMonths(k.Index), k => k.Item);

    /// <summary>What an officer takes note of who acknowledges the only finding in a range.</summary>
    private static Acknowledgement Known(MeterHours read, FindingKind kind, int from, int to,
        Dictionary<DateOnly, decimal>? bought = null) =>
        Find(read, bought: bought, kind: kind, proposed: new Acknowledgement(kind, from, to, null, "inspector-1", Later, "Known"))
            .Select(f => f.Acknowledged).OfType<Acknowledgement>().Single();

    private static List<Finding> Find(
        MeterHours read, LicenseTerm? term = null, IReadOnlyList<MeteringPointFact>? facts = null,
        Dictionary<DateOnly, decimal>? bought = null,
        IReadOnlyList<Acknowledgement>? acknowledged = null, DateTimeOffset? now = null, string holder = Payer, FindingKind? kind = null,
        Acknowledgement? proposed = null)
    {
        var stretches = Stretches(TwoMonths, term ?? Active, facts ?? [Start], holder);
        var found = FindingRules.Find(stretches, TwoMonths, read, month => bought?.GetValueOrDefault(month) ?? 0, acknowledged ?? [], now
            ?? Later, proposed);
        return [.. found.Where(f => kind is null || f.Kind == kind)];
    }

    private static IReadOnlyList<Stretch> Stretches(
        DayRange days, LicenseTerm term, IReadOnlyList<MeteringPointFact> facts, string holder = Payer, Tariff? tariff = null,
        Purchases? bought = null)
    {
        var licenses = new Dictionary<string, HeldLicense> { [License] = new(holder, term) };
        var point = new MeteringPointHistory("MP-1", "35", facts);
        return Stretch.Of(point, days, licenses, [tariff ?? Editions.Of2026], _ => bought, _ => Thresholds, Law.CivilTime);
    }
}
