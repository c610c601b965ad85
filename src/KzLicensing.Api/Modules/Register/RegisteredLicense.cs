using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Register;

/// <summary>A license as the public sees it. The number of a person (IIN) is not shown: it tells a birthday.</summary>
internal sealed record RegisteredLicense
{
    public string Number { get; init; } = "";
    public LicenseStatus Status { get; init; }
    public Subtype Subtype { get; init; }
    public string? Bin { get; init; }
    public string HolderName { get; init; } = "";
    public string Region { get; init; } = "";
    public decimal LicensedMw { get; init; }
    public string? HostLicenseNumber { get; init; }
    public string[] Conditions { get; init; } = [];
    public DateOnly ValidFrom { get; init; }
    public DateOnly ValidTo { get; init; }

    /// <summary>Counts the re-issues.</summary>
    public int Edition { get; init; }

    /// <summary>As of <c>@Today</c>.</summary>
    public const string Select = """
        SELECT l.number, license_status(l.number, l.valid_from, l.valid_to, @Today) AS status, l.subtype,
               CASE WHEN substr(l.bin, 5, 1) BETWEEN '4' AND '6'
               THEN l.bin END AS bin, l.holder_name, l.region, l.licensed_kw / 1000.0 AS licensed_mw,
               l.host_license_number, l.conditions, l.valid_from, l.valid_to, l.edition
          FROM licenses_on(@Today) l

        """;
}
