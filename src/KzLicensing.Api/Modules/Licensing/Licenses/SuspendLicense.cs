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

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>
/// The authority bans mining for one to six months, on a coded ground (Law 193-VII art. 9(4)). The capacity stays reserved.
/// </summary>
internal static class SuspendLicense
{
    /// <param name="Until">The last day.</param>
    public sealed record Body(string Ground, string Reasons, DateOnly From, DateOnly Until);

    public sealed record Command(string Number, IfMatch Seen, Body Body) : ICommand<LicenseView>;

    public sealed record LicenseSuspended(string License, string Ground, string Reasons, DateOnly From, DateOnly Until) : IFact
    {
        public string Subject => $"license:{License}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Ground).NotEmpty().MaximumLength(100);
            RuleFor(c => c.Body.Reasons).NotEmpty().MaximumLength(4_000);
            RuleFor(c => c.Body.From).InclusiveBetween(new DateOnly(2023, 4, 1), new DateOnly(2100, 1, 1));
            RuleFor(c => c.Body.Until).GreaterThanOrEqualTo(c => c.Body.From);
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, LicenseView>
    {
        public async Task<Result<LicenseView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var (today, body) = (CivilTime.DayOf(now), command.Body);
            var law = await lawBook.Open(ct);
            var found = await db.Lock(command.Number, command.Seen.Honor, today, ct);
            if (found.IsFailure) return found.Error;
            if (actor.Official.IsConcernedWith(found.Value.Bin)) return FourEyes.OwnAffair();
            if (await db.UnknownGround("Suspension", [body.Ground], today, ct) is { } unknown) return unknown;
            var (min, max) = ((int)law.Required("suspension-min-months", body.From), (int)law.Required("suspension-max-months", body.From));
            if (found.Value.Term().RefuseSuspension(body.From, body.Until, min, max) is { } refusal) return refusal;

            journal.Record(new LicenseSuspended(command.Number, body.Ground, body.Reasons, body.From, body.Until));
            var happened =
                new LicenseEventView(LicenseEventKind.Suspended, body.From, body.Until, body.Ground, body.Reasons, null, null, now);
            var suspended = db.Happen(found.Value, happened, actor.Id);
            await db.SuspendSuccessors(journal, suspended, actor.Id, now, ct);
            return suspended.ToView(today);
        }
    }

    public static async Task<Reply<LicenseView>> Endpoint(string number, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(number, seen, body.Value), ct));
}
