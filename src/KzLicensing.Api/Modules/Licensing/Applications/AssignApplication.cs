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

/// <summary>Hands a file to an officer, or from one to another, until it is recommended.</summary>
/// <remarks>An officer is who has been seen at work as one, in the journal; whoever is new begins by taking a file.</remarks>
internal static class AssignApplication
{
    /// <param name="AssignedTo">The officer's <c>sub</c>.</param>
    public sealed record Body(string AssignedTo, string? Reasons = null);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<ApplicationView>;

    public sealed record ApplicationAssigned(Guid ApplicationId, string AssignedTo, string? Reasons) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.AssignedTo).NotEmpty().MaximumLength(255);
            RuleFor(c => c.Body.Reasons).MaximumLength(4_000);
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var law = await lawBook.Open(ct);
            var found = await db.Lock(command.Id, command.Seen.Honor, ct);
            if (found.IsFailure) return found.Error;
            var (row, officer) = (found.Value, command.Body.AssignedTo);
            var standing = await StandingOf(officer, row.ApplicantBin, ct);
            var assigned = row.ToDomain()
                .Assign(actor.Official, new Official(officer, standing.ActsForApplicant ? row.ApplicantBin : null));
            if (assigned.IsFailure) return assigned.Error;
            if (!standing.IsOfficer) return LicensingErrors.AssigneeUnknown(officer);

            journal.Record(new ApplicationAssigned(row.Id, officer, command.Body.Reasons));
            return db.Move(journal, row, row with { AssignedTo = officer }, assigned.Value, law, now).ToView(law, now, actor);
        }

        private async Task<Standing> StandingOf(string person, string applicantBin, CancellationToken ct) => person == actor.Id
            ? new Standing { IsOfficer = true }
            : (await db.One<Standing>(StandingSql, new
            {
                Person = person,
                Roles = Permissions.RolesWith(Permissions.ApplicationsReview).ToArray(),
                ApplicantBin = applicantBin,
            }, ct))!;
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));

    private sealed record Standing
    {
        public bool IsOfficer { get; init; }
        public bool ActsForApplicant { get; init; }
    }

    // For whom a person acts stands in the token that is not here: who has written an application of the company acts for it.
    private const string StandingSql = """
        SELECT EXISTS (SELECT FROM journal_entries WHERE actor = @Person AND (entry::jsonb -> 'roles') ?| @Roles) AS is_officer,
               EXISTS (SELECT FROM application_people p JOIN permit_applications a ON a.id = p.application_id
                        WHERE p.person = fold_identifier(@Person) AND p.side = 'Applicant' AND a.applicant_bin = @ApplicantBin) AS
                          acts_for_applicant
        """;
}
