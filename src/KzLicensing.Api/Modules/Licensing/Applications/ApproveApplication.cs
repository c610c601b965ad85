using FluentValidation;
using KzLicensing.Api.Modules.Licensing.Licenses;
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

/// <summary>A second officer decides; the license exists from that moment.</summary>
internal static class ApproveApplication
{
    public sealed record Body(DateOnly ValidFrom, string Reasons, IReadOnlyList<string>? Conditions = null);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<Response>;

    public sealed record Response(ApplicationView Application, LicenseView License) : IVersioned
    {
        int IVersioned.Version => Application.Version;
    }

    public sealed record ApplicationApproved(Guid ApplicationId, string License, string Reasons) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    /// <param name="Edition">Above one: a re-issue.</param>
    public sealed record LicenseIssued(string License, int Edition, string Bin, decimal LicensedMw, string Region, DateOnly From,
        DateOnly ValidTo) : IFact
    {
        public string Subject => $"license:{License}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        private const int MaxConditions = 100;

        public Validator()
        {
            RuleFor(c => c.Body.Reasons).NotEmpty().MaximumLength(4_000);
            RuleFor(c => c.Body.Conditions).AtMost(MaxConditions);
            RuleForEach(c => c.Body.Conditions).NotEmpty().MaximumLength(1_000).When(c => c.Body.Conditions is { Count: <= MaxConditions });
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, Response>
    {
        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var today = CivilTime.DayOf(now);
            var law = await lawBook.Open(ct);
            var found = await db.Lock(command.Id, command.Seen.Demand, ct);
            if (found.IsFailure) return found.Error;
            var seen = found.Value;
            var approved = seen.ToDomain().Approve(actor.Official);
            if (approved.IsFailure) return approved.Error;
            if (command.Body.ValidFrom < today) return LicensingErrors.ValidFromInPast(today);
            if (command.Body.ValidFrom > today.AddYears(1)) return LicensingErrors.ValidFromTooLate(today.AddYears(1));

            var footing = await db.LockFooting(seen, command.Body.ValidFrom, law, today, ct);
            if (footing.IsFailure) return footing.Error;

            // The number of the license is taken last: until this commits, every other approval of the year waits for it.
            var moved = db.Move(journal, seen, seen, approved.Value, law, now);
            db.WriteDecision(seen, Outcome.Approve, actor.Id, command.Body.Reasons, [], now);
            var license = await db.Issue(seen, footing.Value, command.Body.ValidFrom, command.Body.Conditions ?? [], law, now, ct);
            journal.Record(new ApplicationApproved(seen.Id, license.Number, command.Body.Reasons));
            journal.Record(new LicenseIssued(
                license.Number, license.Edition, license.Bin, license.LicensedKw / 1000m, license.Region, license.EditionFrom,
                license.ValidTo));
            if (seen.Kind is ApplicationKind.Renewal)
                license = db.TakeOverSuspension(journal, footing.Value.Previous!, license, actor.Id, now);
            var row = moved with { LicenseNumber = license.Number };
            return new Response(row.ToView(law, now, actor), license.ToView(today));
        }
    }

    public static async Task<Reply<Response>> Endpoint(FileId id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));
}
