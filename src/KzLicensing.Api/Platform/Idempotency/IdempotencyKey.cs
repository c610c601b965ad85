using System.Security.Cryptography;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Domain;
using Npgsql;

namespace KzLicensing.Api.Platform.Idempotency;

/// <summary>
/// The caller's key of this request, if any. Claimed before any effect, in the command's own transaction: a key has one effect.
/// </summary>
internal sealed class IdempotencyKey(Actor actor, TimeProvider clock)
{
    private const string PrimaryKey = "idempotency_keys_pkey";

    private string? key;
    private byte[] fingerprint = [];
    private bool claiming;

    /// <summary>True once the reply of an earlier send has been found: the answer says so in a header.</summary>
    public bool Replayed { get; private set; }

    /// <summary>The body was read while the command ran: there is nothing to run it with once more.</summary>
    public bool BodyIsSpent => BodyDigest is not null;

    /// <summary>
    /// For bodies that stream: the digest of what was sent, asked for once it is needed. It becomes part of the fingerprint.
    /// </summary>
    public Func<Task<byte[]>>? BodyDigest { get; set; }

    /// <summary>
    /// Binds the key to this request; <paramref name="of"/> is a hash over method, path, content type, If-Match and body.
    /// </summary>
    public void Bind(string value, byte[] of) => (key, fingerprint) = (value, of);

    /// <summary>Queues the claim as the first write. A second send waits for the first, or meets its row.</summary>
    public void Claim(Db db, string action)
    {
        if (key is null) return;
        claiming = true;
        db.Write(ClaimSql, new
        {
            Caller = actor.Id,
            Key = key,
            Fingerprint = fingerprint,
            Action = action,
            actor.Bin,
            actor.Permission,
            actor.RowScope,
            At = clock.GetUtcNow(),
        });
    }

    public async Task StoreReply(Db db, string subject, string reply)
    {
        if (key is null) return;
        db.Write(ReplySql, new { Caller = actor.Id, Key = key, Fingerprint = await WholeFingerprint(), Subject = subject, Reply = reply });
    }

    /// <summary>True when it was the claim that failed: the key exists already, or its first send is still under way.</summary>
    public bool Explains(PostgresException refusal) =>
        claiming && (refusal.ConstraintName == PrimaryKey || (IsLockTimeout(refusal) && refusal.BatchCommand?.CommandText == ClaimSql));

    /// <summary>The reply of the first send, or the refusal that the second one gets.</summary>
    public async Task<Result<string>> Earlier(Db db, PostgresException refusal, CancellationToken ct)
    {
        if (IsLockTimeout(refusal)) return IdempotencyErrors.InFlight();
        var earlier = await db.One<Claimed>(EarlierSql, new { Caller = actor.Id, Key = key, actor.Bin, actor.RowScope }, ct);
        if (earlier?.Reply is null) return IdempotencyErrors.InFlight();
        var whole = await WholeFingerprint();
        if (!earlier.Fingerprint.SequenceEqual(whole) || !earlier.ActsAlike) return IdempotencyErrors.Reused();
        Replayed = true;
        db.Wrote(earlier.Head);
        return earlier.Reply;
    }

    private async Task<byte[]> WholeFingerprint() =>
        BodyDigest is null ? fingerprint : SHA256.HashData([.. fingerprint, .. await BodyDigest()]);

    private static bool IsLockTimeout(PostgresException refusal) => refusal.SqlState == PostgresErrorCodes.LockNotAvailable;

    private sealed record Claimed
    {
        public byte[] Fingerprint { get; init; } = [];
        public string? Reply { get; init; }
        public bool ActsAlike { get; init; }
        public long Head { get; init; }
    }

    private const string ClaimSql = """
        INSERT INTO idempotency_keys (caller, key, fingerprint, action, bin, permission, row_scope, at)
        VALUES (@Caller, @Key, @Fingerprint, @Action, @Bin, @Permission, @RowScope, @At)
        """;

    private const string ReplySql =
        "UPDATE idempotency_keys SET fingerprint = @Fingerprint, subject = @Subject, reply = @Reply WHERE caller = @Caller AND key = @Key";

    // Who acts for another miner now, or for other rows, is not answered what the first request was.
    private const string EarlierSql = """
        SELECT fingerprint, reply, bin IS NOT DISTINCT FROM @Bin AND row_scope IS NOT DISTINCT FROM @RowScope AS acts_alike,
               (SELECT number FROM journal_head) AS head
          FROM idempotency_keys
         WHERE caller = @Caller AND key = @Key
        """;
}
