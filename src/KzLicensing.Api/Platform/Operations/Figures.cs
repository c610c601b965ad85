using System.Diagnostics.Metrics;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>Something that is counted once it is certain: after the commit.</summary>
internal interface ICounted
{
    void Count();
}

/// <summary>What this process counts as it happens.</summary>
internal static class Figures
{
    public const string MeterName = "KzLicensing.Registry";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("registry.refusals", null, "Refused requests, by the problem's code.");
    private static readonly Counter<long> Readings =
        Meter.CreateCounter<long>("registry.readings", null, "Hours of readings that were loaded, by their fate.");

    public static void Refused(string code) => Refusals.Add(1, new KeyValuePair<string, object?>("code", code));

    public static void Loaded(string fate, long hours) => Readings.Add(hours, new KeyValuePair<string, object?>("fate", fate));
}
