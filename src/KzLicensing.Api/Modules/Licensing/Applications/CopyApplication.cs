using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>Opens a new draft with the content of an application that came to nothing.</summary>
internal static class CopyApplication
{
    public sealed record Command(Guid Id) : ICommand<ApplicationView>;

    public sealed record ApplicationCopied(Guid ApplicationId, string Number, Guid CopiedFrom) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var found = await db.Lock(command.Id, _ => null, ct);
            if (found.IsFailure) return found.Error;
            if (found.Value.ToDomain().Copy() is { IsFailure: true } refusal) return refusal.Error;

            var body = found.Value.ToBody();
            if (await db.One<bool>(SpentSql, new { command.Id }, ct)) body = body with { StateFee = null };
            var draft = await db.OpenDraft(body, actor.Id, now, ct);
            db.CopyWriters(command.Id, draft.Id);
            journal.Record(new ApplicationCopied(draft.Id, draft.Number, command.Id));
            return draft.ToView(await lawBook.Open(ct), now, actor);
        }
    }

    public static async Task<CreatedReply<ApplicationView>> Endpoint(FileId id, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(id), ct), a => $"/v1/permit-applications/{a.Id}");

    // A receipt that has paid for a review pays for no other.
    private const string SpentSql = "SELECT EXISTS (SELECT FROM state_fee_receipts WHERE application_id = @Id)";
}
