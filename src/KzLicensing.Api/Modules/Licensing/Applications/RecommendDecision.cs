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

/// <summary>The reviewing officer proposes a decision on the version under review; somebody else will decide.</summary>
internal static class RecommendDecision
{
    public sealed record Body(Outcome Outcome, string Reasons, IReadOnlyList<string>? Grounds = null);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<ApplicationView>;

    public sealed record DecisionRecommended(Guid ApplicationId, Outcome Outcome, string Reasons, IReadOnlyList<string> Grounds) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Reasons).NotEmpty().MaximumLength(4_000);
            RuleFor(c => c.Body.Grounds).NoneTwice();
            RuleFor(c => c.Body.Grounds).NotEmpty().When(c => c.Body.Outcome is Outcome.Refuse);
        }
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
            var moved = found.Value.ToDomain().Recommend(actor.Official);
            if (moved.IsFailure) return moved.Error;
            var (outcome, reasons, grounds) = (command.Body.Outcome, command.Body.Reasons, command.Body.Grounds ?? []);
            if (await db.UnknownGround("Refusal", grounds, CivilTime.DayOf(now), ct) is { } refusal) return refusal;

            journal.Record(new DecisionRecommended(command.Id, outcome, reasons, grounds));
            var recommended = found.Value with { RecommendedBy = actor.Id, RecommendedOutcome = outcome };
            var row = db.Move(journal, found.Value, recommended, moved.Value, law, now);
            db.Write(InsertSql, new
            {
                command.Id,
                row.Version,
                Outcome = outcome,
                By = actor.Id,
                Applicant = row.SubmittedBy,
                Reasons = reasons,
                Grounds = grounds.ToArray(),
                At = now,
            });
            return row.ToView(law, now, actor);
        }
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));

    private const string InsertSql = """
        INSERT INTO application_recommendations (application_id, application_version, outcome, recommender, applicant, reasons, grounds, at)
        VALUES (@Id, @Version, @Outcome, @By, @Applicant, @Reasons, @Grounds, @At)
        """;
}
