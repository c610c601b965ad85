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
/// The licensee gives the license up from today or a later day on; its capacity comes free on that day. A host's guests end before it.
/// </summary>
internal static class SurrenderLicense
{
    public sealed record Body(DateOnly From);

    public sealed record Command(string Number, IfMatch Seen, Body Body) : ICommand<LicenseView>;

    public sealed record LicenseSurrendered(string License, DateOnly From) : IFact
    {
        public string Subject => $"license:{License}";
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, LicenseView>
    {
        public async Task<Result<LicenseView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var (today, from) = (CivilTime.DayOf(now), command.Body.From);
            var found = await db.Lock(command.Number, command.Seen.Honor, today, ct);
            if (found.IsFailure) return found.Error;
            if (found.Value.Term().RefuseSurrender(from, today) is { } refusal) return refusal;

            journal.Record(new LicenseSurrendered(command.Number, from));
            db.ReleaseCapacity(command.Number, "Surrendered", from, now);
            var happened = new LicenseEventView(LicenseEventKind.Surrendered, from, null, null, null, null, null, now);
            return db.Happen(found.Value, happened, actor.Id).ToView(today);
        }
    }

    public static async Task<Reply<LicenseView>> Endpoint(string number, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(number, seen, body.Value), ct));
}
