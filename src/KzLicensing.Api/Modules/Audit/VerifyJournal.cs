using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Audit;

/// <summary>Walks the whole chain and names the first entry that was edited, deleted, swapped, inserted or cut off.</summary>
internal static class VerifyJournal
{
    public sealed record Query : IQuery<Response>;

    /// <param name="FirstBadEntry">The number of the first entry that is not as it was written; null when the chain holds.</param>
    /// <param name="Checkpoint">The newest signed checkpoint kept outside the database; null when none has been written.</param>
    public sealed record Response(bool Intact, long Entries, long? FirstBadEntry, string? Problem, long? Checkpoint);

    public sealed class Handler(Db db, Checkpoints checkpoints) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var kept = checkpoints.Newest();
            var chain = await db.One<Chain>(Sql, new { Checkpoint = kept?.Number ?? 0 }, ct);
            var (bad, problem) = Judge(chain!, kept);
            return new Response(bad is null, chain!.Entries, bad, problem, kept?.Number);
        }

        private static (long? Number, string? Problem) Judge(Chain chain, Checkpoint? kept)
        {
            if (chain.FirstBad is { } bad) return (bad, "The entry's hash or number does not follow from the entry before it.");
            if (chain.LastNumber != chain.HeadNumber || !chain.LastHash.AsSpan().SequenceEqual(chain.HeadHash))
                return (chain.LastNumber + 1, "The head row counts other entries than there are: the tail was cut or the head was altered.");
            if (kept is null) return (null, null);
            if (kept.Number > chain.LastNumber) return (chain.LastNumber + 1, "The journal is shorter than a checkpoint that was signed before.");
            return Convert.ToHexStringLower(chain.CheckpointHash ?? chain.HeadHash) == kept.Hash || kept.Number == 0
                ? (null, null)
                : (kept.Number, "The entry differs from the checkpoint that was signed when it was written.");
        }
    }

    public static async Task<Reply<Response>> Endpoint(IMediator mediator, CancellationToken ct) => new(await mediator.Send(new Query(), ct));

    private sealed record Chain
    {
        public long Entries { get; init; }
        public long? FirstBad { get; init; }
        public long LastNumber { get; init; }
        public byte[] LastHash { get; init; } = [];
        public long HeadNumber { get; init; }
        public byte[] HeadHash { get; init; } = [];
        public byte[]? CheckpointHash { get; init; }
    }

    private const string Sql = """
        WITH walk AS (
            SELECT number, hash,
                   number = row_number() OVER (ORDER BY number)
                   AND hash = journal_hash(lag(hash, 1, sha256('kz-licensing')) OVER (ORDER BY number), number, at, actor, action, subject, entry)
                   AS follows
              FROM journal_entries)
        SELECT count(*) AS entries,
               min(number) FILTER (WHERE NOT follows) AS first_bad,
               coalesce(max(number), 0) AS last_number,
               coalesce((SELECT hash FROM journal_entries ORDER BY number DESC LIMIT 1), sha256('kz-licensing')) AS last_hash,
               (SELECT number FROM journal_head) AS head_number,
               (SELECT hash FROM journal_head) AS head_hash,
               (SELECT hash FROM journal_entries WHERE number = @Checkpoint) AS checkpoint_hash
          FROM walk
        """;
}
