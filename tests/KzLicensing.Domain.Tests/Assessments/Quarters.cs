using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;
using KzLicensing.Domain.Tests.Tariffs;

namespace KzLicensing.Domain.Tests.Assessments;

/// <summary>A quarter of one metering point, built from what matters to the test.</summary>
internal static class Quarters
{
    public const string Payer = "970740000838", License = "KZ-DM-I-2026-000001";

    public static readonly IReadOnlyDictionary<string, Purchases> NoPurchases = new Dictionary<string, Purchases>();

    /// <summary>Licensed through every year that the tests touch.</summary>
    public static readonly Dictionary<string, LicenseTerm> Licenses = new() { [License] = Term("2022-01-01", "2028-12-31") };

    public static LicenseTerm Term(string from, string to, params LicenseEvent[] events) => new(Law.Day(from), Law.Day(to), events);

    public static MeteringPointHistory Point(
        PowerSource source = PowerSource.GridPurchase, MeterState meter = MeterState.Working, string? license = License,
        string code = "MP-1",
        string region = "35", params MeteringPointFact[] changes) =>
        new(code, region,
        [
            new()
            {
                EffectiveFrom = new DateOnly(2021, 1, 1),
                PayerBin = Payer,
                PowerSource = source,
                MeterState = meter,
                MaximumCapacityKw = 1_000,
                LicenseNumber = license,
            },
            .. changes,
        ]);

    public static Quarter Of(int year, int number = 1) => Quarter.Parse($"{year}-Q{number}").Demand();

    public static IReadOnlyList<SubPeriod> Split(this MeteringPointHistory point, Quarter quarter, params Tariff[] tariffs) =>
        SubPeriod.Split(quarter, Payer, [point], Licenses, tariffs is [] ? Editions.All : tariffs).Demand();

    /// <summary>The lines of one point whose sub-periods read these kWh each.</summary>
    public static Result<IReadOnlyList<AssessmentLine>> Lines(this IEnumerable<SubPeriod> parts, Purchases? bought, params decimal[] kwh) =>
        AssessmentCalculator.Calculate(
            parts.Zip(kwh, (part, read) => (part, new Energy(read, 0, 0))),
            bought is null ? NoPurchases : new Dictionary<string, Purchases> { ["MP-1"] = bought });
}
