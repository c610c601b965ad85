using System.Text.Json;
using KzLicensing.Api.Modules.Licensing.Applications;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>A license with the version that holds on a day, and with what happened to it since its issue.</summary>
internal sealed record LicenseRow
{
    public string Number { get; init; } = "";
    public int Version { get; init; }
    public int Edition { get; init; }
    public DateOnly EditionFrom { get; init; }
    public DateTime EditionIssuedAt { get; init; }
    public Guid ApplicationId { get; init; }
    public Subtype Subtype { get; init; }
    public string Bin { get; init; } = "";
    public string HolderName { get; init; } = "";
    public string Region { get; init; } = "";
    public string SiteName { get; init; } = "";
    public string SiteAddress { get; init; } = "";
    public int LicensedKw { get; init; }
    public string? HostLicenseNumber { get; init; }
    public string? PreviousLicenseNumber { get; init; }
    public string[] PowerSources { get; init; } = [];
    public string Hardware { get; init; } = "[]";
    public string[] Conditions { get; init; } = [];
    public DateOnly ValidFrom { get; init; }
    public DateOnly ValidTo { get; init; }
    public DateTime IssuedAt { get; init; }
    public string Events { get; init; } = "[]";

    /// <summary>As of <c>@On</c>.</summary>
    public const string Select = """
        SELECT l.number, l.version, l.edition, l.edition_from, l.edition_issued_at, l.application_id, l.subtype, l.bin, l.holder_name,
               l.region,
               l.site_name, l.site_address, l.licensed_kw, l.host_license_number, l.previous_license_number, l.power_sources, l.hardware,
               l.conditions,
               l.valid_from, l.valid_to, l.issued_at,
               (SELECT coalesce(json_agg(json_build_object(
                           'kind', e.kind, 'effectiveFrom', e.effective_from, 'effectiveUntil', e.effective_until,
                           'ground', e.ground, 'reasons', e.reasons,
                           'courtActNumber', e.court_act_number, 'courtActOn', e.court_act_on, 'at', e.at) ORDER BY e.sequence), '[]')
                  FROM license_events e WHERE e.license_number = l.number)::text AS events
          FROM licenses_on(@On) l

        """;

    /// <summary>The license with the content that an approved application gives it from a day on.</summary>
    public LicenseRow With(ApplicationRow application, int edition, DateOnly from, IReadOnlyList<string> conditions, DateTimeOffset now) =>
        this with
        {
            Edition = edition,
            EditionFrom = from,
            EditionIssuedAt = now.UtcDateTime,
            ApplicationId = application.Id,
            HolderName = application.ApplicantName,
            SiteName = application.SiteName,
            SiteAddress = application.SiteAddress,
            LicensedKw = application.RequestedKw,
            PowerSources = application.PowerSources,
            Hardware = application.Hardware,
            Conditions = [.. conditions],
        };

    public LicenseTerm Term() =>
        new(ValidFrom, ValidTo, [.. EventViews().Select(e => new LicenseEvent(e.Kind, e.EffectiveFrom, e.EffectiveUntil))]);

    /// <summary>The day after the last one: the term's, or an earlier end that is known already.</summary>
    public DateOnly HeldUntil() => Term().EndedEarly()?.From ?? ValidTo.AddDays(1);

    /// <summary>The suspension that holds on a day, also beyond the term.</summary>
    public LicenseEventView? SuspensionOn(DateOnly day) => Term().SuspensionOn(day) is { } holds
        ? EventViews().Last(e => new LicenseEvent(e.Kind, e.EffectiveFrom, e.EffectiveUntil) == holds)
        : null;

    public LicenseSnapshot Snapshot() => new(Number, Subtype, Region, HostLicenseNumber, LicensedKw, Term());

    public LicenseView ToView(DateOnly on)
    {
        var term = Term();
        return new LicenseView(
            Number, Version, term.StatusOn(on), Subtype, Bin, HolderName, Region, SiteName, SiteAddress, LicensedKw / 1000m,
            HostLicenseNumber,
            PreviousLicenseNumber, [.. PowerSources.Select(Enum.Parse<PowerSource>)],
            JsonSerializer.Deserialize<List<Hardware>>(Hardware, Json.Options)!, Conditions, ValidFrom, ValidTo, IssuedAt,
            Edition, EditionFrom, EditionIssuedAt, ApplicationId, EventViews(), term.Allowed(on));
    }

    /// <summary>The license after one more event.</summary>
    public LicenseRow With(LicenseEventView happened) => this with
    {
        Version = Version + 1,
        Events = JsonSerializer.Serialize(EventViews().Append(happened), Json.Options),
    };

    private List<LicenseEventView> EventViews() => JsonSerializer.Deserialize<List<LicenseEventView>>(Events, Json.Options)!;
}
