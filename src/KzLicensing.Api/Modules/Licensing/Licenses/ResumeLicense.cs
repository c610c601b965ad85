using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>A suspension ends early, from today on, or is called back before it begins (Law 193-VII art. 9(6)).</summary>
internal static class ResumeLicense
{
    public sealed record Command(string Number, IfMatch Seen) : ICommand<LicenseView>;

    public sealed record LicenseResumed(string License, DateOnly From) : IFact
    {
        public string Subject => $"license:{License}";
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, LicenseView>
    {
        public async Task<Result<LicenseView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var today = CivilTime.DayOf(now);
            var found = await db.Lock(command.Number, command.Seen.Honor, today, ct);
            if (found.IsFailure) return found.Error;
            if (actor.Official.IsConcernedWith(found.Value.Bin)) return FourEyes.OwnAffair();
            var term = found.Value.Term();
            if (term.RefuseResumption(today) is { } refusal) return refusal;

            var from = term.ResumableFrom(today)!.Value;
            journal.Record(new LicenseResumed(command.Number, from));
            var happened = new LicenseEventView(LicenseEventKind.Resumed, from, null, null, null, null, null, now);
            var resumed = db.Happen(found.Value, happened, actor.Id);
            await db.ResumeSuccessors(journal, found.Value, actor.Id, now, ct);
            return resumed.ToView(today);
        }
    }

    public static async Task<Reply<LicenseView>> Endpoint(string number, IfMatch seen, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(number, seen), ct));
}
