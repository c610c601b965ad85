using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Metering.Consumption;

/// <summary>Cuts a page out of all steps: what comes after a page does not depend on how many there are.</summary>
internal static class ConsumptionPage
{
    public static Page<ConsumptionRow> Of(IReadOnlyList<ConsumptionRow> rows, int limit, DateTimeOffset? after, Cursor cursor)
    {
        var rest = after is { } last ? rows.Where(r => r.StartAt > last) : rows;
        return Page<ConsumptionRow>.Of([.. rest.Take(limit + 1)], limit, cursor, r => r.StartAt);
    }
}
