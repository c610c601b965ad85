using KzLicensing.Domain.Metering;

namespace KzLicensing.Domain.Tests.Assessments;

/// <summary>
/// The fee once more, day by day and in whole numbers, straight from the text of the law and with none of the product's code.
/// </summary>
internal static class IndependentFee
{
    public sealed record Day(DateOnly On, PowerSource Source, MeterState Meter, bool Licensed, int CapacityKw, long Wh);

    public sealed record Line(DateOnly From, DateOnly To, long Wh, int Rate, long Kzt);

    /// <summary>Null when the price is needed and nothing was bought.</summary>
    public static List<Line>? Compute(IReadOnlyList<Day> days, long boughtWh, long costTiyn)
    {
        var lines = new List<Line>();
        for (var i = 0; i < days.Count;)
        {
            var first = days[i];
            var end = i;
            while (end < days.Count && days[end] with { On = first.On, Wh = first.Wh } == first) end++;

            var deemed = first.Meter is not MeterState.Working && first.On.Year > 2022;
            var wh = deemed ? first.CapacityKw * 1_000L * 24 * (end - i) : days.Take(end).Skip(i).Sum(d => d.Wh);
            if (wh > 0)
            {
                if (Rate(first, boughtWh, costTiyn) is not { } rate) return null;
                lines.Add(new Line(first.On, days[end - 1].On.AddDays(1), wh, rate, (wh * rate + 500) / 1000));
            }

            i = end;
        }

        return lines;
    }

    private static int? Rate(Day day, long boughtWh, long costTiyn)
    {
        var renewable = day.Source is PowerSource.OwnRenewable;
        var unmetered = day.Meter is not MeterState.Working;
        var special = renewable || day.Source is PowerSource.OffGridGenerator;
        if (day.On.Year == 2022) return 1;
        if (day.On.Year >= 2026) return !day.Licensed || unmetered ? 25 : special ? 1 : 2;
        if (day.On.Year >= 2024) return special ? 1 : 2;

        if (unmetered) return 25;
        if (renewable) return 1;
        if (day.Source is PowerSource.OwnGeneration or PowerSource.OffGridGenerator) return 10;
        if (boughtWh == 0) return null;
        // Tiyn per Wh is ten times tenge per kWh: "over n up to and including n + 1" in whole numbers.
        for (var upTo = 1; upTo <= 24; upTo++)
        {
            if (costTiyn * 10 <= upTo * boughtWh) return 26 - upTo;
        }

        return 1;
    }
}
