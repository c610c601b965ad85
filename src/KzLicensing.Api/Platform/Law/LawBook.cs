using Dapper;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using Npgsql;

namespace KzLicensing.Api.Platform.Law;

/// <summary>
/// Keeps the law's tables at hand; a change by an administrator is seen at once here and within seconds by other processes.
/// </summary>
internal sealed class LawBook(NpgsqlDataSource source)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private volatile Edition? current;

    public async Task<LawTables> Open(CancellationToken ct)
    {
        if (current is { } edition && Environment.TickCount64 < edition.GoodUntil) return edition.Tables;
        var tables = await Read(ct);
        current = new Edition(tables, Environment.TickCount64 + (long)MaxAge.TotalMilliseconds);
        return tables;
    }

    /// <summary>Called when a row of the law was replaced.</summary>
    public void Close() => current = null;

    private async Task<LawTables> Read(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var rows = await connection.QueryMultipleAsync(new CommandDefinition(Sql, cancellationToken: ct));
        return new LawTables(
            [.. await rows.ReadAsync<LawTables.Dated>()],
            [.. await rows.ReadAsync<LawTables.Dated>()],
            [.. await rows.ReadAsync<LawTables.Place>()],
            [.. (await rows.ReadAsync<HolidayRow>()).Select(h => new Holiday(h.On, h.IsWorking))],
            [.. (await rows.ReadAsync<OffsetRow>()).Select(o => new CivilOffset(o.Region, o.EffectiveFrom, o.UtcOffsetHours))],
            [.. (await rows.ReadAsync<DeadlineRow>()).Select(d => d.ToDomain())]);
    }

    private sealed record Edition(LawTables Tables, long GoodUntil);

    private sealed record HolidayRow
    {
        public DateOnly On { get; init; }
        public bool IsWorking { get; init; }
    }

    private sealed record OffsetRow
    {
        public string Region { get; init; } = "";
        public DateOnly EffectiveFrom { get; init; }
        public int UtcOffsetHours { get; init; }
    }

    private sealed record DeadlineRow
    {
        public DateOnly EffectiveFrom { get; init; }
        public DateOnly? EffectiveTo { get; init; }
        public int? DeclarationMonthOffset { get; init; }
        public int? DeclarationDay { get; init; }
        public int PaymentMonthOffset { get; init; }
        public int PaymentDay { get; init; }

        public Deadline ToDomain() =>
            new(EffectiveFrom, EffectiveTo, DeclarationMonthOffset, DeclarationDay, PaymentMonthOffset, PaymentDay);
    }

    private const string Sql = """
        SELECT name, effective_from, effective_to, value FROM legal_parameters ORDER BY effective_from DESC;
        SELECT effective_from, effective_to, mci_kzt AS value FROM mci ORDER BY effective_from DESC;
        SELECT code, grid_zone, valid_from FROM regions;
        SELECT "on", is_working FROM holidays;
        SELECT region, effective_from, utc_offset_hours FROM civil_offsets;
        SELECT effective_from, effective_to, declaration_month_offset, declaration_day, payment_month_offset, payment_day
               FROM fee_deadlines;
        """;
}
