using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using MediatR;

namespace KzLicensing.Api.Modules.Assessments.Runs;

/// <summary>A second person issues all drafts of a run at once, or none.</summary>
internal static class IssueRun
{
    public sealed record Command(Guid Id, IfMatch Seen) : ICommand<Response>;

    public sealed record Response(Guid RunId, int Issued, decimal TotalKzt);

    public sealed record RunIssued(Guid RunId, int Issued, decimal TotalKzt) : IFact
    {
        public string Subject => $"assessment-run:{RunId}";
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, Response>
    {
        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var run = await db.One<RunRow>(RunSql, new { command.Id }, ct);
            if (run is null) return AssessmentErrors.RunNotFound();
            if (command.Seen.Demand(run.Version) is { } refusal) return refusal;
            if (run.Status is not RunStatus.Completed) return AssessmentErrors.RunNotCompleted();
            var drafts = await db.Many<DraftRow>(DraftsSql, new { command.Id }, ct);
            if (drafts.Count == 0) return AssessmentErrors.NothingToIssue();

            var issued = await db.Issue(drafts, actor.Official, await lawBook.Open(ct), journal, clock.GetUtcNow(), ct);
            if (issued.IsFailure) return issued.Error;
            var total = issued.Value.Sum(a => a.TotalKzt);
            journal.Record(new RunIssued(command.Id, drafts.Count, total));
            return new Response(command.Id, drafts.Count, total);
        }
    }

    public static async Task<Reply<Response>> Endpoint(Guid id, IfMatch seen, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen), ct));

    private sealed record RunRow
    {
        public int Version { get; init; }
        public RunStatus Status { get; init; }
    }

    private const string RunSql = "SELECT version, status FROM assessment_runs WHERE id = @Id FOR UPDATE";

    private const string DraftsSql = DraftRow.Select + "WHERE d.run_id = @Id ORDER BY d.payer_bin FOR UPDATE OF d";
}
