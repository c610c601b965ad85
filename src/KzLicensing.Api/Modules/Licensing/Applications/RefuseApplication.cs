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

/// <summary>A second officer refuses on coded legal grounds.</summary>
internal static class RefuseApplication
{
    public sealed record Body(IReadOnlyList<string> Grounds, string Reasons);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<ApplicationView>;

    public sealed record ApplicationRefused(Guid ApplicationId, IReadOnlyList<string> Grounds, string Reasons) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Grounds).NotEmpty();
            RuleFor(c => c.Body.Grounds).NoneTwice();
            RuleFor(c => c.Body.Reasons).NotEmpty().MaximumLength(4_000);
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var law = await lawBook.Open(ct);
            var found = await db.Lock(command.Id, command.Seen.Demand, ct);
            if (found.IsFailure) return found.Error;
            var moved = found.Value.ToDomain().Refuse(actor.Official);
            if (moved.IsFailure) return moved.Error;
            var (grounds, reasons) = (command.Body.Grounds, command.Body.Reasons);
            if (await db.UnknownGround("Refusal", grounds, CivilTime.DayOf(now), ct) is { } refusal) return refusal;

            journal.Record(new ApplicationRefused(command.Id, grounds, reasons));
            var row = db.Move(journal, found.Value, found.Value, moved.Value, law, now);
            db.WriteDecision(found.Value, Outcome.Refuse, actor.Id, reasons, grounds, now);
            return row.ToView(law, now, actor);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));
}
