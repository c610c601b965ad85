using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>The owner writes the application anew while holding the file.</summary>
internal static class ReplaceApplication
{
    public sealed record Command(Guid Id, IfMatch Seen, ApplicationBody Body) : ICommand<ApplicationView>;

    public sealed record ApplicationEdited(Guid ApplicationId, IReadOnlyList<Change> Changes) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Body).SetValidator(new ApplicationBodyValidator());
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var today = CivilTime.DayOf(now);
            var law = await lawBook.Open(ct);
            var found = await db.Lock(command.Id, command.Seen.Demand, ct);
            if (found.IsFailure) return found.Error;
            var edited = found.Value.ToDomain().Edit();
            if (edited.IsFailure) return edited.Error;
            if (command.Body.ApplicantBin.Value != actor.Bin) return LicensingErrors.BinNotYours();
            if (law.Region(command.Body.Site.Region, today) is null) return LicensingErrors.RegionUnknown(command.Body.Site.Region, today);

            var row = found.Value.With(command.Body) with { Version = found.Value.Version + 1 };
            db.Write(UpdateSql, row);
            db.WriteFor(row.Id, actor.Id);
            journal.Record(new ApplicationEdited(command.Id, Change.Between(found.Value.ToBody(), row.ToBody())));
            return row.ToView(law, now, actor);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, JsonBody<ApplicationBody> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));

    private const string UpdateSql = """
        UPDATE permit_applications
           SET version = @Version, kind = @Kind, subtype = @Subtype, applicant_name = @ApplicantName, contact_email = @ContactEmail,
               contact_phone = @ContactPhone, site_name = @SiteName, site_region = @SiteRegion, site_address = @SiteAddress,
               site_latitude = @SiteLatitude, site_longitude = @SiteLongitude, site_grid_connection = @SiteGridConnection,
               host_license_number = @HostLicenseNumber, requested_kw = @RequestedKw, power_sources = @PowerSources,
               planned_investment_kzt = @PlannedInvestmentKzt, planned_jobs = @PlannedJobs, hardware = @Hardware::jsonb,
               state_fee_paid_on = @StateFeePaidOn, state_fee_amount_kzt = @StateFeeAmountKzt, state_fee_reference = @StateFeeReference,
               previous_license_number = @PreviousLicenseNumber
         WHERE id = @Id
        """;
}
