using System.Security.Cryptography;
using System.Text;
using KzLicensing.Api.Platform.Database;

namespace KzLicensing.Api.Platform.Journal;

/// <summary>An entry by its number and hash: what the next one follows from.</summary>
internal sealed record JournalPlace(long Number, byte[] Hash)
{
    /// <summary>Before the first entry.</summary>
    public static JournalPlace Beginning { get; } = new(0, SHA256.HashData(Encoding.ASCII.GetBytes("kz-licensing")));
}

/// <summary>What a walk found: how far the entries follow from each other, and what is wrong where they do not.</summary>
internal sealed record JournalWalk(long Entries, JournalPlace Last, long? FirstBad = null, string? Problem = null);

/// <summary>Follows the chain of hashes, and compares it with what was signed.</summary>
internal static class JournalChain
{
    private const int Piece = 50_000, Lines = 10_000;

    /// <summary>Walks from a place to the head, in pieces that no statement's time limit meets.</summary>
    public static async Task<JournalWalk> WalkJournal(this Db db, JournalPlace from, CancellationToken ct)
    {
        var (entries, last) = (0L, from);
        while (true)
        {
            var after = last.Number == 0 ? long.MinValue : last.Number;
            var walked = (await db.One<Walked>(WalkSql, new { After = after, last.Number, last.Hash, Take = Piece }, ct))!;
            entries += walked.Entries;
            last = new JournalPlace(walked.LastNumber, walked.LastHash);
            if (walked.FirstBad is { } bad)
                return new JournalWalk(entries, last, bad, "The entry's hash or number does not follow from the entry before it.");
            if (walked.Entries == Piece) continue;
            return walked.HeadNumber == last.Number && walked.HeadHash.SequenceEqual(last.Hash)
                ? new JournalWalk(entries, last)
                : new JournalWalk(entries, last, last.Number + 1,
                    "The head row counts other entries than there are: the tail was cut or the head was altered.");
        }
    }

    /// <summary>The first checkpoint that the journal does not agree with; null when it agrees with all.</summary>
    public static async Task<Checkpoint?> Contradiction(this Db db, IEnumerable<Checkpoint> signed, CancellationToken ct)
    {
        foreach (var lines in signed.Where(c => c.Number > 0).Chunk(Lines))
        {
            var numbers = lines.Select(c => c.Number).ToArray();
            var line =
                await db.One<int>(ContradictionSql, new { Numbers = numbers, Hashes = lines.Select(c => c.Place.Hash).ToArray() }, ct);
            if (line > 0) return lines[line - 1];
        }

        return null;
    }

    private sealed record Walked
    {
        public long Entries { get; init; }
        public long? FirstBad { get; init; }
        public long LastNumber { get; init; }
        public byte[] LastHash { get; init; } = [];
        public long HeadNumber { get; init; }
        public byte[] HeadHash { get; init; } = [];
    }

    private const string WalkSql = """
        WITH piece AS (
            SELECT number, hash, at, actor, action, subject, entry FROM journal_entries WHERE number > @After ORDER BY number LIMIT @Take),
        walk AS (
            SELECT number, hash,
                   number = @Number + row_number() OVER (ORDER BY number)
                   AND hash = journal_hash(lag(hash, 1, @Hash) OVER (ORDER BY number), number, at, actor, action, subject, entry)
                   AS follows
              FROM piece)
        SELECT count(*) AS entries,
               min(number) FILTER (WHERE NOT follows) AS first_bad,
               coalesce(max(number), @Number) AS last_number,
               coalesce((SELECT hash FROM piece ORDER BY number DESC LIMIT 1), @Hash) AS last_hash,
               (SELECT number FROM journal_head) AS head_number,
               (SELECT hash FROM journal_head) AS head_hash
          FROM walk
        """;

    private const string ContradictionSql = """
        SELECT min(line)::int
          FROM unnest(@Numbers, @Hashes) WITH ORDINALITY AS signed(number, hash, line)
          LEFT JOIN journal_entries e ON e.number = signed.number
         WHERE e.hash IS DISTINCT FROM signed.hash
        """;
}
