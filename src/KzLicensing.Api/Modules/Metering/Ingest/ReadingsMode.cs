namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>What becomes of a file of which some lines are not acceptable.</summary>
internal static class ReadingsMode
{
    /// <summary>Nothing of it is stored.</summary>
    public const string Atomic = "atomic";

    /// <summary>The good lines are stored.</summary>
    public const string Partial = "partial";

    public static readonly string[] All = [Atomic, Partial];
}
