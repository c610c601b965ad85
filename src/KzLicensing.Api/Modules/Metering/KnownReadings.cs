using KzLicensing.Api.Platform.Database;

namespace KzLicensing.Api.Modules.Metering;

/// <summary>What was known of the readings at a moment: all that batches up to a number had said.</summary>
internal static class KnownReadings
{
    /// <summary>
    /// The number of the last batch that had taken effect by then, 0 when there was none: whoever asks again is told the same.
    /// </summary>
    public static Task<int> LastBatch(this Db db, DateTimeOffset knownAt, CancellationToken ct) =>
        db.One<int>(Sql, new { KnownAt = knownAt }, ct);

    private const string Sql = "SELECT last_reading_batch(@KnownAt)";
}
