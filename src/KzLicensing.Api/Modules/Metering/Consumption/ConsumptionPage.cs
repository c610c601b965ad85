using System.Globalization;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Metering.Consumption;

/// <summary>Cuts a page out of all steps: what comes after a page does not depend on how many there are.</summary>
internal static class ConsumptionPage
{
    public static Result<Page<ConsumptionRow>> Of(IReadOnlyList<ConsumptionRow> rows, int limit, string? cursor, string bound)
    {
        var after = Cursor.Read(cursor, bound);
        if (after.IsFailure) return after.Error;
        var rest = after.Value is { } last ? rows.Where(r => r.StartAt > DateTimeOffset.Parse(last, CultureInfo.InvariantCulture)) : rows;
        return Page<ConsumptionRow>.Of([.. rest.Take(limit + 1)], limit, bound, r => r.StartAt.ToString("O", CultureInfo.InvariantCulture));
    }
}
