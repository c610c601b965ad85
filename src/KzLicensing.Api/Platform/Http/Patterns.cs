namespace KzLicensing.Api.Platform.Http;

/// <summary>How texts are written that have one spelling: validators demand it, the contract states it.</summary>
internal static class Patterns
{
    /// <summary>The KATO prefix of a region.</summary>
    public const string Region = @"^[0-9]{2}\z";

    /// <summary>What a ceiling of capacity is for.</summary>
    public const string Scope = @"^(country|zone:(north|south|west)|region:[0-9]{2})\z";

    /// <summary>A month such as 2026-01.</summary>
    public const string Month = @"^[1-9][0-9]{3}-(0[1-9]|1[0-2])\z";

    /// <summary>
    /// The zones of the grid: the north with the middle, the south, and the west, which no line of the country joins to them.
    /// </summary>
    public static readonly string[] GridZones = ["north", "south", "west"];

    /// <summary>The same for readers of the contract, whose <c>$</c> is the end.</summary>
    public static string Published(string pattern) => pattern.Replace(@"\z", "$", StringComparison.Ordinal);
}
