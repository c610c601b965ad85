using CsCheck;
using KzLicensing.Domain.Metering;
using Xunit;

namespace KzLicensing.Domain.Tests.Metering;

public sealed class ConsumptionTableTests
{
    private const string Almaty = "75", Aktau = "47";
    private static readonly DateOnly LeapDay = new(2024, 2, 29), March = new(2024, 3, 1);

    [Fact]
    public void Places_with_other_clocks_share_the_civil_day_and_the_very_hour()
    {
        var range = new DayRange(new DateOnly(2024, 2, 28), March);
        var days = Table(range, ConsumptionStep.day);
        Assert.Equal([48, 49], days.Select(d => d.MissingHours));
        Assert.Equal(new DateTimeOffset(2024, 2, 27, 18, 0, 0, TimeSpan.Zero), days[0].StartAt);
        // 48 hours of Aktau and one before them that only Almaty has.
        var hours = Table(range, ConsumptionStep.hour);
        Assert.Equal((49, 1, 2), (hours.Count, hours[0].MissingHours, hours[1].MissingHours));
    }

    [Fact]
    public void Only_hours_that_are_known_count_and_those_outside_the_range_are_left_out()
    {
        var table = new ConsumptionTable(new DayRange(LeapDay, March), ConsumptionStep.day, Law.CivilTime, _ => int.MaxValue);
        table.Expect(Almaty, new DayRange(LeapDay, March), 3);
        foreach (var day in new[] { LeapDay.AddDays(-1), LeapDay, March })
        {
            table.Add(new DaySums
            {
                Region = Almaty,
                IsMetered = true,
                Day = day,
                Points = 2,
                Known = 0xC0_0003,
                Estimated = 0x80_0001,
                Wh = [.. Enumerable.Repeat(500L, 24)]
            });
        }

        // The last hour of the 28th at +05 is the first of the 29th at +06; hours 0, 1, 22 and 23 of the 29th follow.
        var only = Assert.Single(table.ToRows());
        Assert.Equal((2.5m, 1.5m, 4, 6, 65), (only.Kwh, only.EstimatedKwh, only.MeasuredHours, only.EstimatedHours, only.MissingHours));
        Assert.Equal(1m, only.MeasuredShare + only.EstimatedShare + only.MissingShare);
    }

    [Fact]
    public void Only_hours_of_a_working_meter_are_missing_and_only_once_they_are_due()
    {
        var (days, first) = (new DayRange(March, March.AddDays(2)), CivilTime.HourOf(March));
        var table = new ConsumptionTable(days, ConsumptionStep.day, Law.CivilTime, _ => first + 24 + 6);
        table.Expect(Aktau, days, 1);
        foreach (var (metered, hour) in new[] { (true, 3), (true, 20), (false, 5) })
        {
            var read = new DaySums
            {
                Region = Aktau,
                IsMetered = metered,
                Day = March.AddDays(1),
                Points = 1,
                Known = 1 << hour,
                Wh = new long[24]
            };
            table.Add(read);
        }

        Assert.Equal([(0, 24), (3, 5)], table.ToRows().Select(r => (r.MeasuredHours, r.MissingHours)));
    }

    [Fact]
    public void Every_step_tells_all_hours_of_the_range_once() =>
        Gen.Select(Gen.Int[0, 900], Gen.Int[1, 400], Gen.Bool).Sample((first, length, almaty) =>
        {
            var range = new DayRange(new DateOnly(2023, 1, 1).AddDays(first), new DateOnly(2023, 1, 1).AddDays(first + length));
            var region = almaty ? Almaty : Aktau;
            var (start, end) = (Law.CivilTime.StartOf(range.From, region), Law.CivilTime.StartOf(range.To, region));
            foreach (var step in Enum.GetValues<ConsumptionStep>())
            {
                var table = new ConsumptionTable(range, step, Law.CivilTime, _ => int.MaxValue);
                table.Expect(region, range, 1);
                var rows = table.ToRows();
                Assert.Equal((end - start).TotalHours, rows.Sum(r => r.MissingHours));
                Assert.Equal(start, rows[0].StartAt);
                Assert.Equal(rows.Select(r => r.StartAt), rows.Skip(1).Select((_, i) => rows[i].StartAt.AddHours(rows[i].MissingHours))
                    .Prepend(start));
            }
        });

    private static List<ConsumptionRow> Table(DayRange range, ConsumptionStep step)
    {
        var table = new ConsumptionTable(range, step, Law.CivilTime, _ => int.MaxValue);
        foreach (var region in new[] { Almaty, Aktau }) table.Expect(region, range, 1);
        return table.ToRows();
    }
}
