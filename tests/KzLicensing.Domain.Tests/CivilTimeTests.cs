using Xunit;

namespace KzLicensing.Domain.Tests;

public sealed class CivilTimeTests
{
    private const string Almaty = "75", Aktobe = "15";
    private static readonly DateOnly LeapDay = new(2024, 2, 29);

    [Theory]
    [InlineData("2026-03-31T18:59:59Z", "2026-03-31")]
    [InlineData("2026-03-31T19:00:00Z", "2026-04-01")]
    [InlineData("2026-04-01T00:00:00+05:00", "2026-04-01")]
    public void The_legal_day_begins_at_19_hours_UTC(string instant, string day) =>
        Assert.Equal(Law.Day(day), CivilTime.DayOf(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void The_leap_day_of_2024_had_25_hours_in_Almaty_and_24_in_Aktobe()
    {
        Assert.Equal(25, Hours(LeapDay, Almaty));
        Assert.Equal(24, Hours(LeapDay, Aktobe));
    }

    [Fact]
    public void The_east_was_an_hour_ahead_until_March_2024()
    {
        Assert.Equal(TimeSpan.FromHours(6), Law.CivilTime.StartOf(LeapDay, Almaty).Offset);
        Assert.Equal(TimeSpan.FromHours(5), Law.CivilTime.StartOf(LeapDay, Aktobe).Offset);
        Assert.Equal(TimeSpan.FromHours(5), Law.CivilTime.StartOf(LeapDay.AddDays(1), Almaty).Offset);
    }

    [Fact]
    public void Every_other_day_since_2022_has_24_hours_everywhere()
    {
        foreach (var region in Law.Rows("Law/01_regions.csv").Select(r => r[0]))
        {
            for (var day = new DateOnly(2022, 1, 1); day.Year < 2028; day = day.AddDays(1))
            {
                if (day != LeapDay) Assert.Equal(24, Hours(day, region));
            }
        }
    }

    private static double Hours(DateOnly day, string region) =>
        (Law.CivilTime.StartOf(day.AddDays(1), region) - Law.CivilTime.StartOf(day, region)).TotalHours;
}
