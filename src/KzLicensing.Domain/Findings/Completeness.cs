using KzLicensing.Domain.Metering;

namespace KzLicensing.Domain.Findings;

/// <summary>How much of what should be known of a metering point is known.</summary>
/// <param name="ExpectedHours">Hours of a working meter for which a reading is due by now.</param>
/// <param name="MonthsWithoutPurchases">First days of months for which purchases are due by now and none was recorded.</param>
public sealed record Completeness(int ExpectedHours, int MeasuredHours, int EstimatedHours, IReadOnlyList<DateOnly> MonthsWithoutPurchases)
{
    public int MissingHours => ExpectedHours - MeasuredHours - EstimatedHours;

    public static Completeness Of(IReadOnlyList<Stretch> stretches, MeterHours hours, IEnumerable<DateOnly> monthsWithPurchases,
        DateTimeOffset now)
    {
        var (expected, measured, estimated) = (0, 0, 0);
        foreach (var stretch in stretches.Where(s => s.IsMetered))
        {
            var due = ExpectedReadings.DueBefore(now, stretch.Thresholds.GraceHours);
            for (var hour = stretch.FromHour; hour < Math.Min(stretch.ToHour, due); hour++)
            {
                expected++;
                if (hours.WhIn(hour) is null) continue;
                if (hours.IsEstimated(hour)) estimated++;
                else measured++;
            }
        }

        var without = stretches.Where(s => s.IsKnown).GroupBy(s => s.Month)
            .Where(m => m.All(s => s.IsBought) && m.Last().ToHour + m.Last().Thresholds.PurchasesDueDays * 24 <= CivilTime.HourOf(now))
            .Select(m => m.Key)
            .Except(monthsWithPurchases);
        return new Completeness(expected, measured, estimated, [.. without]);
    }
}
