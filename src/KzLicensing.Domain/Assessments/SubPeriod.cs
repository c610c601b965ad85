using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Domain.Assessments;

/// <summary>
/// Days of a quarter in which payer, power source, meter state, capacity, license state and tariff of a metering point stay the same.
/// </summary>
public sealed record SubPeriod(string MeteringPoint, string Region, DayRange Days, MeteringPointState State, bool Licensed, Tariff Tariff)
{
    internal bool IsMetered => State.MeterState is MeterState.Working || Tariff.UnmeteredVolume is UnmeteredVolume.Metered;

    /// <summary>The parts of a quarter that concern a payer, by metering point and day. Fails with <c>tariff-not-found</c>.</summary>
    /// <param name="licenses">The terms of the payer's own licenses: somebody else's license permits nothing.</param>
    public static Result<IReadOnlyList<SubPeriod>> Split(
        Quarter quarter, string payerBin, IEnumerable<MeteringPointHistory> points,
        IReadOnlyDictionary<string, LicenseTerm> licenses, IReadOnlyList<Tariff> tariffs)
    {
        var period = new DayRange(quarter.From, quarter.To);
        var parts = new List<SubPeriod>();
        foreach (var point in points.OrderBy(p => p.Code, StringComparer.Ordinal))
        {
            foreach (var days in period.CutAt(Cuts(point, period, licenses, tariffs)))
            {
                if (point.On(days.From) is not { } state || state.PayerBin != payerBin) continue;
                if (tariffs.FirstOrDefault(t => t.InForceOn(days.From)) is not { } tariff)
                    return AssessmentErrors.TariffNotFound(days.From);
                var part = new SubPeriod(point.Code, point.Region, days, state, IsLicensed(state, days, licenses), tariff);
                if (parts is [.., var last] && part.Continues(last)) parts[^1] = last with { Days = last.Days with { To = days.To } };
                else parts.Add(part);
            }
        }

        return parts;
    }

    /// <summary>
    /// KZT per kWh for whatever is used in these days, without regard to hours and volume; null when the price is unknown.
    /// </summary>
    public decimal? RateKztPerKwh(Purchases? bought) =>
        new RuleChoice(this, new Portion(1, 0, 0, null, 0), bought).Choose() is { IsFailure: false } rule
            ? rule.Value.Charge(1, bought)
            : null;

    /// <summary>Days on which something may change; whether it did is seen afterwards.</summary>
    private static IEnumerable<DateOnly> Cuts(
        MeteringPointHistory point, DayRange period, IReadOnlyDictionary<string, LicenseTerm> licenses, IReadOnlyList<Tariff> tariffs) =>
    [
        .. point.ChangeDays,
        .. point.Facts.Select(f => f.LicenseNumber).OfType<string>().Where(licenses.ContainsKey)
            .SelectMany(n => licenses[n].ActiveWithin(period)).SelectMany(Ends),
        .. tariffs.Select(t => t.EffectiveFrom),
        .. tariffs.Where(t => t.EffectiveTo < period.To).Select(t => t.EffectiveTo!.Value.AddDays(1)),
        period.From.AddMonths(1),
        period.From.AddMonths(2),
    ];

    private static IEnumerable<DateOnly> Ends(DayRange active) => [active.From, active.To];

    private static bool IsLicensed(MeteringPointState state, DayRange days, IReadOnlyDictionary<string, LicenseTerm> licenses) =>
        state.LicenseNumber is { } number && licenses.TryGetValue(number, out var term) && term.ActiveWithin(days).Count > 0;

    /// <summary>Another license number alone changes nothing; a new month does only where the tariff narrows by months.</summary>
    private bool Continues(SubPeriod last) =>
        last.Days.To == Days.From
        && last with { Days = Days, State = last.State with { LicenseNumber = State.LicenseNumber } } == this
        && !(Tariff.NarrowsByMonths && Days.From.Day == 1);
}
