using KzLicensing.Api.Modules.Licensing.Capacity;
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

/// <summary>Files the application: the state fee is paid, the place exists, and the statutory clock starts tomorrow.</summary>
internal static class SubmitApplication
{
    public sealed record Command(Guid Id, IfMatch Seen) : ICommand<ApplicationView>;

    public sealed record ApplicationSubmitted(Guid ApplicationId, decimal RequestedMw, string Region) : IFact
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
            var found = await db.Lock(command.Id, command.Seen.Honor, ct);
            if (found.IsFailure) return found.Error;
            var row = found.Value;
            var moved = row.ToDomain().Submit();
            if (moved.IsFailure) return moved.Error;
            if (await db.RefuseFiling(row, law, CivilTime.DayOf(now), ct) is { } refusal) return refusal;

            journal.Record(new ApplicationSubmitted(row.Id, row.RequestedKw / 1000m, row.SiteRegion));
            var submitted =
                db.Move(journal, row, row with { SubmittedAt = now.UtcDateTime, SubmittedBy = actor.Id }, moved.Value, law, now);
            if (row.Kind is ApplicationKind.Renewal) db.ReserveCapacity(row.PreviousLicenseNumber!, now);
            return submitted.ToView(law, now, actor);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen), ct));
}
