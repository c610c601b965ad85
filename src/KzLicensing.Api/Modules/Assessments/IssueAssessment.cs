using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using MediatR;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>A second person issues one draft, provided that it still follows from what is known.</summary>
internal static class IssueAssessment
{
    public sealed record Command(Guid Id, IfMatch Seen) : ICommand<AssessmentView>;

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, AssessmentView>
    {
        public async Task<Result<AssessmentView>> Handle(Command command, CancellationToken ct)
        {
            var draft = await db.One<DraftRow>(LockSql, new { command.Id }, ct);
            var revision = draft?.Revision ?? await db.One<int?>(IssuedSql, new { command.Id }, ct);
            if (revision is null) return AssessmentErrors.AssessmentNotFound();
            if (command.Seen.Demand(revision.Value) is { } refusal) return refusal;
            if (draft is null) return AssessmentErrors.NotADraft();

            var issued = await db.Issue([draft], actor.Official, await lawBook.Open(ct), journal, clock.GetUtcNow(), ct);
            return issued.Map(all => all[0]);
        }
    }

    public static async Task<Reply<AssessmentView>> Endpoint(FileId id, IfMatch seen, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen), ct));

    private const string LockSql = DraftRow.Select + "WHERE d.id = @Id FOR UPDATE OF d";

    private const string IssuedSql = "SELECT max(revision) FROM assessment_revisions WHERE assessment_id = @Id";
}
