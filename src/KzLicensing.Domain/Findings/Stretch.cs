using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Domain.Findings;

/// <summary>Days of one month in which facts, license and rate of a metering point stay the same.</summary>
/// <param name="State">Null before the first fact: nobody has said who pays there, and from what.</param>
/// <param name="License">The state of the payer's own license; null when there is none: somebody else's license permits nothing.</param>
/// <param name="KztPerKwh">The rate in force; null when it is unknown, or rests on a price that cannot be.</param>
public sealed record Stretch(
    DayRange Days, int FromHour, int ToHour, MeteringPointState? State, LicenseStatus? License, decimal? KztPerKwh,
    FindingThresholds Thresholds)
{
    /// <summary>What costs more per kWh was mistyped, and no sum could hold what it makes of a year.</summary>
    private const decimal HighestKztPerKwh = 1_000_000;

    /// <summary>Its first day.</summary>
    public DateOnly Month => new(Days.From.Year, Days.From.Month, 1);

    internal bool IsKnown => State is not null;
    internal bool IsMetered => ExpectedReadings.IsMetered(State);
    internal bool IsBought => State is { PowerSource: PowerSource.GridPurchase or PowerSource.Import };
    internal long CapacityWh => (long)((State?.MaximumCapacityKw ?? 0) * 1000);

    /// <summary>More than this in an hour is over capacity.</summary>
    internal long LimitWh => State is { } s ? (long)(s.MaximumCapacityKw * (1000 + Thresholds.OverCapacityPercent * 10)) : long.MaxValue;

    /// <summary>All days of a range, in order.</summary>
    /// <param name="prices">What was bought in a quarter; the rate may depend on its average price.</param>
    public static IReadOnlyList<Stretch> Of(
        MeteringPointHistory point, DayRange range, IReadOnlyDictionary<string, HeldLicense> licenses, IReadOnlyList<Tariff> tariffs,
        Func<Quarter, Purchases?> prices, Func<DateOnly, FindingThresholds> thresholds, CivilTime time)
    {
        var stretches = new List<Stretch>();
        foreach (var days in range.CutAt(Cuts(point, range, licenses, tariffs)))
        {
            var state = point.On(days.From);
            var license = state is null ? null : LicenseOn(days.From, state, licenses);
            var kztPerKwh = state is null ? null : Rate(point, days, state, license, tariffs, prices);
            stretches.Add(new Stretch(
                days, CivilTime.HourOf(time.StartOf(days.From, point.Region)), CivilTime.HourOf(time.StartOf(days.To, point.Region)),
                state, license,
                kztPerKwh, thresholds(days.From)));
        }

        return stretches;
    }

    private static LicenseStatus? LicenseOn(DateOnly day, MeteringPointState state, IReadOnlyDictionary<string, HeldLicense> licenses) =>
        state.LicenseNumber is { } number && licenses.TryGetValue(number, out var held) && held.Bin == state.PayerBin
            ? held.Term.StatusOn(day) : null;

    private static decimal? Rate(
        MeteringPointHistory point, DayRange days, MeteringPointState state, LicenseStatus? license, IReadOnlyList<Tariff> tariffs,
        Func<Quarter, Purchases?> prices)
    {
        if (tariffs.FirstOrDefault(t => t.InForceOn(days.From)) is not { } tariff) return null;
        var part = new SubPeriod(point.Code, point.Region, days, state, license is LicenseStatus.Active, tariff);
        return part.RateKztPerKwh(prices(Quarter.Of(days.From))) is { } rate and <= HighestKztPerKwh ? rate : null;
    }

    private static IEnumerable<DateOnly> Cuts(
        MeteringPointHistory point, DayRange range, IReadOnlyDictionary<string, HeldLicense> licenses, IReadOnlyList<Tariff> tariffs) =>
    [
        .. point.ChangeDays,
        .. point.Facts.Select(f => f.LicenseNumber).OfType<string>().Where(licenses.ContainsKey)
            .SelectMany(n => licenses[n].Term.ChangeDays),
        .. tariffs.SelectMany(t => t.EffectiveTo is { } last ? new[] { t.EffectiveFrom, last.AddDays(1) } : [t.EffectiveFrom]),
        .. Months(range),
    ];

    private static IEnumerable<DateOnly> Months(DayRange range)
    {
        for (var month = new DateOnly(range.From.Year, range.From.Month, 1); month < range.To; month =
            month.AddMonths(1)) yield return month;
    }
}

/// <summary>A license and whose it is.</summary>
public sealed record HeldLicense(string Bin, LicenseTerm Term);
