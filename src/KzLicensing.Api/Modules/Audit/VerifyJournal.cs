using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Audit;

/// <summary>
/// Walks the whole chain, compares it with every signed checkpoint, and names the first entry that is not as it was written.
/// </summary>
internal static class VerifyJournal
{
    public sealed record Query : IQuery<Response>;

    /// <param name="FirstBadEntry">
    /// The first entry that was edited, deleted, swapped, inserted or cut off; null when none is known to be.
    /// </param>
    /// <param name="Problem">Also when the file of checkpoints is gone or damaged: then nothing proves the journal's tail.</param>
    /// <param name="Checkpoint">The newest signed checkpoint kept outside the database; null when none has been written.</param>
    [SchemaName("JournalVerification")]
    public sealed record Response(bool Intact, long Entries, long? FirstBadEntry, string? Problem, long? Checkpoint);

    public sealed class Handler(Db db, Checkpoints checkpoints) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var walk = await db.WalkJournal(JournalPlace.Beginning, ct);
            if (!checkpoints.Enabled) return Answer(walk, null, walk.FirstBad, walk.Problem);
            if (!checkpoints.Exists) return Answer(walk, null, walk.FirstBad, walk.Problem ?? Checkpoints.Gone);
            try
            {
                var contradiction = walk.Problem is null ? await db.Contradiction(checkpoints.All(), ct) : null;
                var (bad, problem) = contradiction is null ? (walk.FirstBad, walk.Problem) : Explain(contradiction, walk.Last.Number);
                return Answer(walk, checkpoints.Newest(), bad, problem);
            }
            catch (InvalidDataException damaged)
            {
                return Answer(walk, null, walk.FirstBad, walk.Problem ?? damaged.Message);
            }
        }

        private static (long, string) Explain(Checkpoint contradiction, long last) => contradiction.Number > last
            ? (last + 1, "The journal is shorter than a checkpoint that was signed before.")
            : (contradiction.Number,
                "The entry differs from the checkpoint that was signed when it was written; the change may begin before it.");

        private static Response Answer(JournalWalk walk, Checkpoint? newest, long? bad, string? problem) =>
            new(problem is null, walk.Entries, bad, problem, newest?.Number);
    }

    public static async Task<Reply<Response>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));
}
