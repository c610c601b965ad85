using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>An officer takes the file and answers for it from here on.</summary>
internal static class StartReview
{
    public sealed record Command(Guid Id, IfMatch Seen) : ICommand<ApplicationView>;

    public sealed record ReviewStarted(Guid ApplicationId, string AssignedTo) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var law = await lawBook.Open(ct);
            var row = await db.Lock(command.Id, command.Seen.Honor, ct);
            if (row.IsFailure) return row.Error;
            var moved = row.Value.ToDomain().StartReview(actor.Official);
            if (moved.IsFailure) return moved.Error;

            journal.Record(new ReviewStarted(command.Id, actor.Id));
            return db.Move(journal, row.Value, row.Value with { AssignedTo = actor.Id }, moved.Value, law, now).ToView(law, now, actor);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen), ct));
}
