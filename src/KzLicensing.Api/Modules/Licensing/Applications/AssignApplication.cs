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

/// <summary>Hands a file to an officer, or from one to another, until it is recommended.</summary>
internal static class AssignApplication
{
    /// <param name="AssignedTo">The officer's <c>sub</c>.</param>
    public sealed record Body(string AssignedTo, string? Reasons = null);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<ApplicationView>;

    public sealed record ApplicationAssigned(Guid ApplicationId, string AssignedTo, string? Reasons) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.AssignedTo).Matches(@"^[!-~]{1,200}\z");
            RuleFor(c => c.Body.Reasons).MaximumLength(4_000);
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock) : ICommandHandler<Command, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var law = await lawBook.Open(ct);
            var found = await db.Lock(command.Id, command.Seen.Honor, ct);
            if (found.IsFailure) return found.Error;
            var (row, officer) = (found.Value, command.Body.AssignedTo);
            var assigned = row.ToDomain().Assign(officer);
            if (assigned.IsFailure) return assigned.Error;

            journal.Record(new ApplicationAssigned(row.Id, officer, command.Body.Reasons));
            return db.Move(journal, row, row with { AssignedTo = officer }, assigned.Value, law, now).ToView(law, now, actor);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(Guid id, IfMatch seen, JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));
}
