using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Domain.Assessments;

/// <summary>Days of a quarter in which payer, power source, meter state, capacity, license state and tariff of a metering point stay the same.</summary>
public sealed record SubPeriod(string MeteringPoint, string Region, DayRange Days, MeteringPointState State, bool Licensed, Tariff Tariff)
{
    /// <summary>The parts of a quarter that concern a payer, by metering point and day. Fails with <c>tariff-not-found</c>.</summary>
    /// <param name="licenses">The terms of the licenses that the facts name.</param>
    public static Result<IReadOnlyList<SubPeriod>> Split(
        Quarter quarter, string payerBin, IEnumerable<MeteringPointHistory> points, IReadOnlyDictionary<string, LicenseTerm> licenses, IReadOnlyList<Tariff> tariffs)
    {
        var period = new DayRange(quarter.From, quarter.To);
        var parts = new List<SubPeriod>();
        foreach (var point in points.OrderBy(p => p.Code, StringComparer.Ordinal))
        {
            foreach (var days in period.CutAt(Cuts(point, period, licenses, tariffs)))
            {
                if (point.On(days.From) is not { } state || state.PayerBin != payerBin) continue;
                var tariff = tariffs.FirstOrDefault(t => t.InForceOn(days.From));
                if (tariff is null) return AssessmentErrors.TariffNotFound(days.From);
                parts.Add(new SubPeriod(point.Code, point.Region, days, state, IsLicensed(state, days, licenses), tariff));
            }
        }

        return parts;
    }

    private static IEnumerable<DateOnly> Cuts(
        MeteringPointHistory point, DayRange period, IReadOnlyDictionary<string, LicenseTerm> licenses, IReadOnlyList<Tariff> tariffs) =>
        point.ChangeDays
            .Concat(point.Facts.Select(f => f.LicenseNumber).OfType<string>().Distinct().SelectMany(n => licenses[n].ActiveWithin(period)).SelectMany(Ends))
            .Concat(tariffs.Select(t => t.EffectiveFrom));

    private static IEnumerable<DateOnly> Ends(DayRange active) => [active.From, active.To];

    private static bool IsLicensed(MeteringPointState state, DayRange days, IReadOnlyDictionary<string, LicenseTerm> licenses) =>
        state.LicenseNumber is { } number && licenses[number].ActiveWithin(days).Count > 0;
}
