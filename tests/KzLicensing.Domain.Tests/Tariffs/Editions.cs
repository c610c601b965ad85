using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Domain.Tests.Tariffs;

/// <summary>The mining fee as the law had it, built from the table of rates.</summary>
internal static class Editions
{
    public static readonly Tariff Of2022 = Edition(2022, Combination.SourceFirst, UnmeteredVolume.Metered);
    public static readonly Tariff Of2023 = Edition(2023, Combination.HighestWins, UnmeteredVolume.MaximumCapacity);
    public static readonly Tariff Of2024 = Edition(2024, Combination.SourceFirst, UnmeteredVolume.MaximumCapacity);
    public static readonly Tariff Of2026 = Edition(2026, Combination.SanctionFirst, UnmeteredVolume.MaximumCapacity);
    public static readonly IReadOnlyList<Tariff> All = [Of2022, Of2023, Of2024, Of2026];

    public static Tariff InForceIn(int year) => All.Single(t => t.InForceOn(new DateOnly(year, 1, 1)));

    /// <summary>An edition with rules of one's own, in force for ever.</summary>
    public static Tariff Of(params TariffRule[] rules) => Of2026 with { Code = "draft", Rules = rules };

    private static Tariff Edition(int year, Combination combination, UnmeteredVolume unmetered)
    {
        var rows = Law.Rows("Data/fee_rates.csv").Where(r => Law.Day(r[0]).Year == year).ToList();
        return new Tariff(
            $"mining-fee-{year}", Instrument.MiningFee, rows[0][6], Law.Day(rows[0][0]), Law.DayOrNull(rows[0][1]), combination, unmetered,
            Rounding.HalfUpWholeTenge, [.. rows.Select(Rule)]);
    }

    private static TariffRule Rule(string[] row) =>
        new(Enum.Parse<Condition>(row[2]), Law.Number(row[5]), Law.NumberOrNull(row[3]), Law.NumberOrNull(row[4]));
}
