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

/// <summary>The applicant answers every question, and the statutory clock runs on from the next day.</summary>
internal static class RespondToRequest
{
    public sealed record Body(IReadOnlyList<InformationAnswer> Answers);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<ApplicationView>;

    public sealed record InformationProvided(Guid ApplicationId, int Round, IReadOnlyList<InformationAnswer> Answers) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Answers).NoneTwice(a => a.Pointer);
            RuleFor(c => c.Body.Answers).Each(answer => answer.RuleFor(a => a.Answer).NotEmpty().MaximumLength(8_000));
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
            var row = found.Value;
            var moved = row.ToDomain().Respond();
            if (moved.IsFailure) return moved.Error;
            var rounds = row.Rounds();
            var (request, answers) = (rounds[^1], command.Body.Answers);
            if (today > request.RespondBy) return LicensingErrors.RequestExpired(request.RespondBy);
            if (InputErrors.InvalidIfAny(Unmatched(request, answers)) is { } unmatched) return unmatched;
            // The application may have been edited meanwhile: it has to be as good as one that is filed today.
            if (await db.RefuseFiling(row, law, today, ct) is { } refusal) return refusal;

            var answered = request with { Answers = answers, ClosedAt = now, ClosedAs = InformationEnd.Answered };
            journal.Record(new InformationProvided(row.Id, request.Round, answers));
            db.Write(AnswerSql, new { row.Id, request.Round, Answers = JsonSerializer.Serialize(answers, Json.Options), At = now });
            db.WriteFor(row.Id, actor.Id);
            return db.Move(journal, row, row.With([.. rounds.SkipLast(1), answered]), moved.Value, law, now).ToView(law, now, actor);
        }

        private static IEnumerable<FieldProblem> Unmatched(InformationRequest request, IReadOnlyList<InformationAnswer> answers) =>
            request.Items.Where(i => answers.All(a => a.Pointer != i.Pointer))
                .Select(i => FieldProblem.Of("/answers", "answer-missing", InputMessages.Unanswered(i.Pointer)))
            .Concat(answers.Index().Where(a => request.Items.All(i => i.Pointer != a.Item.Pointer))
                .Select(a => FieldProblem.Of($"/answers/{a.Index}/pointer", "answer-unmatched", InputMessages.Unasked(a.Item.Pointer))));
    }

    public static async Task<Reply<ApplicationView>> Endpoint(FileId id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));

    private const string AnswerSql = """
        UPDATE information_requests SET answers = @Answers::jsonb, closed_at = @At, closed_as = 'Answered' WHERE application_id = @Id
            AND round = @Round
        """;
}
