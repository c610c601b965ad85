using KzLicensing.Api.Platform.Clock;
using KzLicensing.Domain;
using Npgsql;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>
/// Makes the partitions of the coming months before readings arrive for them: a load that has to make its own waits for everybody who
/// reads.
/// </summary>
internal sealed class MonthsAhead(NpgsqlDataSource source) : IDueJob
{
    private const int Months = 2;

    public async Task Run(DateTimeOffset now, CancellationToken ct)
    {
        var today = CivilTime.DayOf(now);
        await using var command = source.CreateCommand(Sql);
        command.Parameters.AddWithValue("from", today);
        command.Parameters.AddWithValue("to", today.AddMonths(Months));
        await command.ExecuteNonQueryAsync(ct);
    }

    private const string Sql = "SELECT ensure_reading_months(@from, @to)";
}
