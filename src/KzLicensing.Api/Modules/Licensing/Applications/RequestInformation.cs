using System.Text.Json;
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

/// <summary>The officer asks the applicant; the statutory clock stands still until the answer.</summary>
internal static class RequestInformation
{
    public sealed record Body(IReadOnlyList<InformationItem> Items, DateOnly RespondBy);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<ApplicationView>;

    public sealed record InformationRequested(Guid ApplicationId, int Round, IReadOnlyList<InformationItem> Items, DateOnly RespondBy)
        : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Items).NotEmpty();
            RuleFor(c => c.Body.Items).AtMost(100);
            RuleFor(c => c.Body.Items).NoneTwice(q => q.Pointer);
            RuleFor(c => c.Body.Items).Each(item =>
            {
                item.RuleFor(i => i.Pointer).Matches(@"^(/([^~]|~[01])*)?\z").MaximumLength(200);
                item.RuleFor(i => i.Question).NotEmpty().MaximumLength(4_000);
            });
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, ApplicationView>
    {
        public async Task<Result<ApplicationView>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var today = CivilTime.DayOf(now);
            var law = await lawBook.Open(ct);
            var found = await db.Lock(command.Id, command.Seen.Honor, ct);
            if (found.IsFailure) return found.Error;
            var moved = found.Value.ToDomain().RequestInformation(actor.Official);
            if (moved.IsFailure) return moved.Error;
            var (items, respondBy) = (command.Body.Items, command.Body.RespondBy);
            if (respondBy <= today || respondBy > today.AddYears(1))
                return LicensingErrors.RespondByOutOfRange(today.AddDays(1), today.AddYears(1));

            var earlier = found.Value.Rounds();
            var request = new InformationRequest(earlier.Count + 1, items, respondBy, now, actor.Id, null, null, null);
            journal.Record(new InformationRequested(command.Id, request.Round, items, respondBy));
            db.Write(InsertSql, new
            {
                command.Id,
                request.Round,
                Items = JsonSerializer.Serialize(items, Json.Options),
                RespondBy = respondBy,
                At = now,
                By = actor.Id,
            });
            return db.Move(journal, found.Value, found.Value.With([.. earlier, request]), moved.Value, law, now).ToView(law, now, actor);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));

    private const string InsertSql = """
        INSERT INTO information_requests (application_id, round, items, respond_by, requested_at, requested_by)
        VALUES (@Id, @Round, @Items::jsonb, @RespondBy, @At, @By)
        """;
}
