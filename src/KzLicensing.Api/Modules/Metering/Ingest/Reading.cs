namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>One hour at one metering point as a line of a file says it.</summary>
/// <param name="Day">Days since 2000-01-01 in UTC+5, the legal day.</param>
/// <param name="Hour">0 to 23 of that day.</param>
/// <param name="Wh">Whole watt-hours; <see cref="Unknown"/> where the file names the hour and no value.</param>
internal readonly record struct Reading(int PointId, int Day, int Hour, int Wh, bool Estimated)
{
    public const int Unknown = -1;

    /// <summary>The sender has no value for this hour. It says nothing: a value that is known stays.</summary>
    public bool IsGap => Wh == Unknown;
}

/// <summary>Why a line was not taken.</summary>
/// <param name="Line">Counted from 1, the header included.</param>
internal readonly record struct LineError(long Line, string Code);
