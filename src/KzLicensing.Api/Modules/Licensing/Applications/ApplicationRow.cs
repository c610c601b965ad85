using System.Text.Json;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>An application as it is stored.</summary>
internal sealed record ApplicationRow
{
    public Guid Id { get; init; }
    public string Number { get; init; } = "";
    public int Version { get; init; }
    public ApplicationStatus Status { get; init; }
    public ApplicationKind Kind { get; init; }
    public Subtype Subtype { get; init; }
    public string ApplicantBin { get; init; } = "";
    public string ApplicantName { get; init; } = "";
    public string ContactEmail { get; init; } = "";
    public string ContactPhone { get; init; } = "";
    public string SiteName { get; init; } = "";
    public string SiteRegion { get; init; } = "";
    public string SiteAddress { get; init; } = "";
    public decimal? SiteLatitude { get; init; }
    public decimal? SiteLongitude { get; init; }
    public string SiteGridConnection { get; init; } = "";
    public string? HostLicenseNumber { get; init; }
    public int RequestedKw { get; init; }
    public string[] PowerSources { get; init; } = [];
    public decimal PlannedInvestmentKzt { get; init; }
    public int PlannedJobs { get; init; }
    public string Hardware { get; init; } = "[]";
    public DateOnly? StateFeePaidOn { get; init; }
    public decimal? StateFeeAmountKzt { get; init; }
    public string? StateFeeReference { get; init; }
    public string? PreviousLicenseNumber { get; init; }
    public DateTime CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTime? SubmittedAt { get; init; }
    public string? SubmittedBy { get; init; }
    public string? AssignedTo { get; init; }
    public DateTime? ClosedAt { get; init; }
    public DateOnly? DueOn { get; init; }
    public int? WorkingDaysUsed { get; init; }
    public string? RecommendedBy { get; init; }
    public Outcome? RecommendedOutcome { get; init; }
    public string? LicenseNumber { get; init; }
    public string InformationRequests { get; init; } = "[]";

    /// <summary>Who wrote the application, folded.</summary>
    public string[] Writers { get; init; } = [];

    /// <summary>Only where one application is read.</summary>
    public int? WaitingPosition { get; init; }

    /// <summary>The recommendation that counts is the one made for the version in force.</summary>
    public const string Select = """
        SELECT a.id, a.number, a.version, a.status, a.kind, a.subtype, a.applicant_bin, a.applicant_name, a.contact_email, a.contact_phone,
               a.site_name, a.site_region, a.site_address, a.site_latitude, a.site_longitude, a.site_grid_connection, a.host_license_number,
               a.requested_kw, a.power_sources, a.planned_investment_kzt, a.planned_jobs, a.hardware, a.state_fee_paid_on,
               a.state_fee_amount_kzt, a.state_fee_reference, a.previous_license_number, a.created_at, a.created_by, a.submitted_at,
               a.submitted_by,
               a.assigned_to, a.closed_at, a.due_on, a.working_days_used, r.recommender AS recommended_by, r.outcome AS recommended_outcome,
               v.license_number,
               (SELECT coalesce(json_agg(json_build_object(
                           'round', i.round, 'items', i.items, 'respondBy', i.respond_by,
                           'requestedAt', i.requested_at, 'requestedBy', i.requested_by,
                           'answers', i.answers, 'closedAt', i.closed_at, 'closedAs', i.closed_as) ORDER BY i.round), '[]')
                  FROM information_requests i WHERE i.application_id = a.id)::text AS information_requests,
               ARRAY(SELECT p.person FROM application_people p WHERE p.application_id = a.id AND p.side = 'Applicant') AS writers
          FROM permit_applications a
          LEFT JOIN application_recommendations r ON r.application_id = a.id AND r.application_version = a.version
          LEFT JOIN license_versions v ON v.application_id = a.id

        """;

    /// <summary>Staff sees all applications; anybody else those of the own BIN.</summary>
    public const string Visible = "current_setting('registry.row_scope', true) IN ('*', a.applicant_bin)";

    /// <summary>
    /// The application has the number <c>@Number</c>, and what <see cref="Sought"/> is looked for; all, where nothing is.
    /// </summary>
    public const string IsSought = """

           AND (@Number IS NULL OR a.number = @Number)
           AND (@Name IS NULL OR a.number = @Typed OR a.applicant_bin = @Typed OR fold_name(a.applicant_name) LIKE name_pattern(@Name))

        """;

    /// <summary>The same application with what its owner wrote now.</summary>
    public ApplicationRow With(ApplicationBody body) => this with
    {
        Kind = body.Kind,
        Subtype = body.Subtype,
        ApplicantBin = body.ApplicantBin.Value,
        ApplicantName = body.ApplicantName,
        ContactEmail = body.Contact.Email,
        ContactPhone = body.Contact.Phone,
        SiteName = body.Site.Name,
        SiteRegion = body.Site.Region,
        SiteAddress = body.Site.Address,
        SiteLatitude = body.Site.Latitude,
        SiteLongitude = body.Site.Longitude,
        SiteGridConnection = body.Site.GridConnection,
        HostLicenseNumber = body.Site.HostLicenseNumber,
        RequestedKw = body.RequestedKw(),
        PowerSources = [.. body.PowerSources.Select(s => s.ToString())],
        PlannedInvestmentKzt = body.PlannedInvestmentKzt,
        PlannedJobs = body.PlannedJobs,
        Hardware = JsonSerializer.Serialize(body.Hardware ?? [], Json.Options),
        StateFeePaidOn = body.StateFee?.PaidOn,
        StateFeeAmountKzt = body.StateFee?.AmountKzt,
        StateFeeReference = body.StateFee?.Reference,
        PreviousLicenseNumber = body.PreviousLicenseNumber,
    };

    public PermitApplication ToDomain() => new()
    {
        Id = Id,
        Status = Status,
        Version = Version,
        ApplicantBin = ApplicantBin,
        Writers = Writers,
        RecommendedBy = RecommendedBy,
        RecommendedOutcome = RecommendedOutcome,
    };

    public ApplicationRow With(IReadOnlyList<InformationRequest> rounds) =>
        this with { InformationRequests = JsonSerializer.Serialize(rounds, Json.Options) };

    public IReadOnlyList<InformationRequest> Rounds() =>
        JsonSerializer.Deserialize<List<InformationRequest>>(InformationRequests, Json.Options)!;

    /// <summary>What its owner wrote.</summary>
    public ApplicationBody ToBody() => new(
        Kind, Subtype, Bin.Parse(ApplicantBin).Value, ApplicantName,
        new Contact(ContactEmail, ContactPhone),
        new Site(SiteName, SiteRegion, SiteAddress, SiteLatitude, SiteLongitude, SiteGridConnection, HostLicenseNumber),
        RequestedKw / 1000m,
        [.. PowerSources.Select(Enum.Parse<PowerSource>)],
        PlannedInvestmentKzt, PlannedJobs,
        JsonSerializer.Deserialize<List<Hardware>>(Hardware, Json.Options)!,
        StateFeePaidOn is { } paidOn ? new StateFeePayment(paidOn, StateFeeAmountKzt!.Value, StateFeeReference!) : null,
        PreviousLicenseNumber);

    public ApplicationView ToView(LawTables law, DateTimeOffset now, Actor reader)
    {
        var (body, term, application) = (ToBody(), Term(law, now), ToDomain());
        var view = new ApplicationView(
            Id, Number, Status, Version, Kind, Subtype, ApplicantBin, ApplicantName, body.Contact, body.Site, body.RequestedMw,
            body.PowerSources,
            PlannedInvestmentKzt, PlannedJobs, body.Hardware!, body.StateFee, PreviousLicenseNumber,
            CreatedAt, SubmittedAt, ClosedAt, term?.DueOn, term?.WorkingDaysUsed, term?.Overdue,
            AssignedTo, LicenseNumber, WaitingPosition, Rounds(), application.Allowed);
        return reader.ReadsAsStaff(ApplicantBin) ? view : view.ForApplicant(application.AllowedToApplicant);
    }

    /// <summary>The clock runs from submission to the end, or to today, but for the days on which the applicant holds the file.</summary>
    /// <returns>Null for a draft, and where the working days of a year are not known.</returns>
    public ReviewTerm? Term(LawTables law, DateTimeOffset now)
    {
        if (SubmittedAt is not { } submittedAt) return null;
        var submittedOn = CivilTime.DayOf(submittedAt);
        var until = CivilTime.DayOf(ClosedAt ?? now);
        var parameter = Kind is ApplicationKind.Amendment ? "reissue-working-days" : "review-working-days";
        return ReviewClock.Read(submittedOn, [.. Rounds().Select(r => r.Held())], until, (int)law.Required(parameter, submittedOn),
            law.Calendar).Value;
    }
}
