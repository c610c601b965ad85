using FluentValidation;
using KzLicensing.Api.Modules.Licensing.Capacity;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>
/// Writes down that a court revoked a license (Law 193-VII art. 9(7)); its capacity comes free, but for what its guests go on with.
/// </summary>
internal static class RevokeLicense
{
    public sealed record Body(string CourtActNumber, DateOnly CourtActOn, DateOnly From);

    public sealed record Command(string Number, IfMatch Seen, Body Body) : ICommand<LicenseView>;

    public sealed record LicenseRevoked(string License, string CourtActNumber, DateOnly CourtActOn, DateOnly From) : IFact
    {
        public string Subject => $"license:{License}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Body.CourtActNumber).NotEmpty().MaximumLength(100);
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, LicenseView>
    {
        public async Task<Result<LicenseView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var (today, body) = (CivilTime.DayOf(now), command.Body);
            var found = await db.Lock(command.Number, command.Seen.Demand, today, ct);
            if (found.IsFailure) return found.Error;
            if (actor.Official.IsConcernedWith(found.Value.Bin)) return FourEyes.OwnAffair();
            if (found.Value.Term().RefuseRevocation(body.CourtActOn, body.From, today) is { } refusal) return refusal;

            journal.Record(new LicenseRevoked(command.Number, body.CourtActNumber, body.CourtActOn, body.From));
            db.ReleaseCapacity(command.Number, "Revoked", body.From, now);
            var happened = new LicenseEventView(
                LicenseEventKind.Revoked, body.From, null, "court-decision", null, body.CourtActNumber, body.CourtActOn, now);
            return db.Happen(found.Value, happened, actor.Id).ToView(today);
        }
    }

    public static async Task<Reply<LicenseView>> Endpoint(string number, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(number, seen, body.Value), ct));
}
