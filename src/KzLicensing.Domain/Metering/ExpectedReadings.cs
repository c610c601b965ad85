namespace KzLicensing.Domain.Metering;

/// <summary>
/// Of which hours a reading is expected: those of a working meter that were over long enough ago. Only among them is one missing.
/// </summary>
public static class ExpectedReadings
{
    /// <param name="state">Null before the first fact: nobody has said that a meter is there.</param>
    public static bool IsMetered(MeteringPointState? state) => state is { MeterState: MeterState.Working };

    /// <summary>The first hour, counted as <see cref="CivilTime.HourOf(DateTimeOffset)"/> does, that may still come.</summary>
    /// <param name="graceHours">Readings may come so late: a house rule.</param>
    public static int DueBefore(DateTimeOffset now, int graceHours) => CivilTime.HourOf(now) - graceHours;
}
