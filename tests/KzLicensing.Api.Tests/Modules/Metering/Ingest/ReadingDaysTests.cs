using KzLicensing.Api.Modules.Metering.Ingest;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Metering.Ingest;

public sealed class ReadingDaysTests
{
    private readonly List<(int Point, int Day, int Known, long FirstLine, long Wh)> left = [];
    private readonly ReadingDays days;

    public ReadingDaysTests() => days = new ReadingDays(day =>
    {
        left.Add((day.PointId, day.Day, day.Known, day.FirstLine, day.Wh.Sum(w => (long)w)));
        return ValueTask.CompletedTask;
    });

    [Fact]
    public async Task A_whole_day_leaves_at_once_and_a_part_at_the_end()
    {
        for (var hour = 0; hour < 24; hour++) Assert.True(await Add(1, 10, hour, line: 2 + hour));
        Assert.True(await Add(1, 11, 3, line: 26));
        Assert.Equal([(1, 10, (1 << 24) - 1, 2, 24_000)], left);

        await days.LeaveAll();
        Assert.Equal((1, 11, 1 << 3, 26, 1_000), left[1]);
    }

    [Fact]
    public async Task Hours_in_any_order_gather_in_their_day()
    {
        for (var hour = 23; hour >= 0; hour--)
            for (var point = 1; point <= 3; point++) await Add(point, 10, hour);
        Assert.Equal([1, 2, 3], left.Select(d => d.Point));
        Assert.All(left, d => Assert.Equal(24_000, d.Wh));
    }

    [Fact]
    public async Task An_hour_that_comes_again_is_not_taken()
    {
        Assert.True(await Add(1, 10, 5));
        Assert.False(await Add(1, 10, 5));
        await days.LeaveAll();
        Assert.Equal(1_000, Assert.Single(left).Wh);
    }

    [Fact]
    public async Task No_order_of_lines_keeps_more_than_a_bounded_number_of_days_open()
    {
        for (var point = 1; point <= 50_000; point++) await Add(point, 10, 0);
        Assert.True(left.Count >= 30_000, $"Only {left.Count} days have left.");
    }

    [Fact]
    public async Task The_range_spans_all_days_seen()
    {
        Assert.Null(days.Range);
        await Add(1, 9_500, 0);
        await Add(1, 9_497, 0);
        Assert.Equal((new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 4)), days.Range);
    }

    private async ValueTask<bool> Add(int point, int day, int hour, long line = 2)
    {
        var added = days.Add(new Reading(point, day, hour, 1_000, false), line);
        await days.LeaveWhole();
        return added;
    }
}
