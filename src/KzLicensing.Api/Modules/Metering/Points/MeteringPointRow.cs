using System.Text.Json;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Metering.Points;

/// <summary>A metering point as it is stored, with all its dated facts.</summary>
internal sealed record MeteringPointRow
{
    public int Id { get; init; }
    public string Code { get; init; } = "";
    public int Version { get; init; }
    public string SiteRegion { get; init; } = "";
    public string GridZone { get; init; } = "";
    public string? Address { get; init; }
    public DateTime CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public string Facts { get; init; } = "[]";

    public const string Select = """
        SELECT p.id, p.code, p.version, p.site_region, p.grid_zone, p.address, p.created_at, p.created_by, f.facts
          FROM metering_points p
         CROSS JOIN LATERAL (
             SELECT json_agg(json_build_object('effectiveFrom', f.effective_from, 'recordedAt', f.recorded_at, 'payerBin', f.payer_bin,
                                               'powerSource', f.power_source, 'meterState', f.meter_state,
                                               'maximumCapacityKw', f.maximum_capacity_kw, 'licenseNumber', f.license_number,
                                               'meterSerial', f.meter_serial))::text AS facts
               FROM metering_point_facts f WHERE f.metering_point_id = p.id) AS f

        """;

    /// <summary>Staff sees all points; anybody else those that the own BIN pays for on <c>@On</c>.</summary>
    public const string VisibleOn = "(current_setting('registry.row_scope', true) IN ('*', payer_of(p.id, @On)))";

    /// <summary>The same, whatever the day on which the own BIN pays: whose days are shown is for the caller to say.</summary>
    public const string VisibleEver = "(current_setting('registry.row_scope', true) = '*' OR pays_for(p.id))";

    public MeteringPointHistory ToDomain() =>
        new(Code, SiteRegion, JsonSerializer.Deserialize<List<MeteringPointFact>>(Facts, Json.Stored)!);

    public Result<MeteringPointView> ToView(DateOnly on)
    {
        var history = ToDomain();
        if (history.On(on) is not { } state) return MeteringErrors.PointNotFound();
        return new MeteringPointView(
            Code, Version, SiteRegion, GridZone, Address, state.LicenseNumber, state.MaximumCapacityKw, state.PayerBin, state.PowerSource,
            state.MeterState, history.MeterSerialOn(on), history.ChangeDays.Min(), on);
    }
}
