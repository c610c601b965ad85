using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Api.Modules.Tariffs;

/// <summary>The editions that are in force on some day of a period, the oldest first: for whoever prices electricity.</summary>
internal static class AdoptedTariffsQuery
{
    /// <param name="to">The day after the last one.</param>
    public static async Task<List<Tariff>> AdoptedTariffs(this Db db, Instrument instrument, DateOnly from, DateOnly to,
        CancellationToken ct) =>
        (await db.Many<TariffRow>(Sql, new { Instrument = instrument, From = from, To = to }, ct)).ConvertAll(t => t.ToDomain());

    private const string Sql = TariffRow.Select + """
         WHERE t.instrument = @Instrument AND t.status = 'Adopted'
           AND t.effective_from < @To AND (t.effective_to IS NULL OR t.effective_to >= @From)
         ORDER BY t.effective_from
        """;
}
