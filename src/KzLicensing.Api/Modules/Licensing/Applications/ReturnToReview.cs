using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>The approver is not convinced and sends the file back to the officer.</summary>
internal static class ReturnToReview
{
    public sealed record Body(string Reasons);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<ApplicationView>;

    public sealed record ApplicationReturned(Guid ApplicationId, string Reasons) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Body.Reasons).NotEmpty().MaximumLength(4_000);
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
            var moved = found.Value.ToDomain().Return(actor.Official);
            if (moved.IsFailure) return moved.Error;

            journal.Record(new ApplicationReturned(command.Id, command.Body.Reasons));
            var row = found.Value with { RecommendedBy = null, RecommendedOutcome = null };
            return db.Move(journal, found.Value, row, moved.Value, law, now).ToView(law, now, actor);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));
}
