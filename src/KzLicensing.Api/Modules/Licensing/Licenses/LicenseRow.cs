using System.Text.Json;
using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>A license as it is stored, with what happened to it since.</summary>
internal sealed record LicenseRow
{
    public string Number { get; init; } = "";
    public int Version { get; init; }
    public Guid ApplicationId { get; init; }
    public Subtype Subtype { get; init; }
    public string Bin { get; init; } = "";
    public string HolderName { get; init; } = "";
    public string Region { get; init; } = "";
    public string SiteName { get; init; } = "";
    public string SiteAddress { get; init; } = "";
    public int LicensedKw { get; init; }
    public string? HostLicenseNumber { get; init; }
    public string[] PowerSources { get; init; } = [];
    public string[] Conditions { get; init; } = [];
    public DateOnly ValidFrom { get; init; }
    public DateOnly ValidTo { get; init; }
    public DateTime IssuedAt { get; init; }
    public string Events { get; init; } = "[]";

    public const string Select = """
        SELECT l.number, l.version, l.application_id, l.subtype, l.bin, l.holder_name, l.region, l.site_name, l.site_address, l.licensed_kw,
               l.host_license_number, l.power_sources, l.conditions, l.valid_from, l.valid_to, l.issued_at,
               (SELECT coalesce(json_agg(json_build_object('kind', e.kind, 'effectiveFrom', e.effective_from, 'effectiveUntil', e.effective_until)
                                         ORDER BY e.sequence), '[]')
                  FROM license_events e WHERE e.license_number = l.number)::text AS events
          FROM licenses l

        """;

    /// <summary>The license that an approval brings; its term is a number of years from its first day (Law 193-VII art. 9).</summary>
    public static LicenseRow Issue(ApplicationRow application, string number, ApproveApplication.Body decision, LawTables law, DateTimeOffset now) => new()
    {
        Number = number,
        Version = 1,
        ApplicationId = application.Id,
        Subtype = application.Subtype,
        Bin = application.ApplicantBin,
        HolderName = application.ApplicantName,
        Region = application.SiteRegion,
        SiteName = application.SiteName,
        SiteAddress = application.SiteAddress,
        LicensedKw = application.RequestedKw,
        HostLicenseNumber = application.HostLicenseNumber,
        PowerSources = application.PowerSources,
        Conditions = [.. decision.Conditions ?? []],
        ValidFrom = decision.ValidFrom,
        ValidTo = decision.ValidFrom.AddYears((int)law.Required("license-term-years", decision.ValidFrom)).AddDays(-1),
        IssuedAt = now.UtcDateTime,
    };

    public LicenseTerm Term() => new(ValidFrom, ValidTo, JsonSerializer.Deserialize<List<LicenseEvent>>(Events, Json.Options)!);

    public LicenseView ToView(DateOnly on) => new(
        Number, Version, Term().StatusOn(on), Subtype, Bin, HolderName, Region, SiteName, SiteAddress, LicensedKw / 1000m, HostLicenseNumber,
        [.. PowerSources.Select(Enum.Parse<PowerSource>)], Conditions, ValidFrom, ValidTo, IssuedAt, ApplicationId);
}
