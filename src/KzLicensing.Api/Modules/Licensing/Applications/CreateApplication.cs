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

/// <summary>Opens a permit application as a draft of the applicant.</summary>
internal static class CreateApplication
{
    public sealed record Command(ApplicationBody Body) : ICommand<ApplicationView>;

    public sealed record ApplicationCreated(Guid ApplicationId, string Number, string ApplicantBin) : IFact
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
            var body = command.Body;
            var now = clock.GetUtcNow();
            var today = CivilTime.DayOf(now);
            var law = await lawBook.Open(ct);
            if (body.ApplicantBin.Value != actor.Bin) return LicensingErrors.BinNotYours();
            if (law.Region(body.Site.Region, today) is null) return LicensingErrors.RegionUnknown(body.Site.Region, today);

            var row = await db.OpenDraft(body, actor.Id, now, ct);
            journal.Record(new ApplicationCreated(row.Id, row.Number, row.ApplicantBin));
            return row.ToView(law, now, actor);
        }
    }

    public static async Task<CreatedReply<ApplicationView>> Endpoint(JsonBody<ApplicationBody> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(body.Value), ct), a => $"/v1/permit-applications/{a.Id}");
}
