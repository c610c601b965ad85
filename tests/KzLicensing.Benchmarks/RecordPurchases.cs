using System.Text;

namespace KzLicensing.Benchmarks;

/// <summary>W1: a full write (token, validation, idempotency key, effect, journal) against the same SQL in one statement.</summary>
internal static class RecordPurchases
{
    private const string Point = "DEMO-001";

    public static async Task Run(Arena arena, int rounds)
    {
        var token = await arena.Token("grid-1");
        var run = Guid.NewGuid().ToString("N");
        var sequence = 0L;
        byte[] Next(long _)
        {
            var n = Interlocked.Increment(ref sequence);
            return Request(token, $"{run}-{n}", n);
        }

        await Duel.Run("W1 full write (goal rc 0.50)", rounds, () => Pgbench.Run(arena, SameSql),
            () => Ours.Run(arena, Next, "HTTP/1.1 201"));
        await Check(arena, run, sequence);
    }

    /// <summary>Every key has one purchase and one entry, a replay answers as the first time, and the chain holds.</summary>
    private static async Task Check(Arena arena, string run, long sent)
    {
        var written = await arena.Sql<long>($"SELECT count(*) FROM idempotency_keys WHERE key LIKE '{run}-%' AND reply IS NOT NULL");
        var purchases = await arena.Sql<long>("SELECT count(*) FROM electricity_purchases WHERE source = 'W1'");
        var entries = await arena.Sql<long>("SELECT count(*) FROM journal_entries WHERE action = 'RecordPurchase'");
        if ((written, purchases, entries) != (sent, sent, sent))
            throw new InvalidDataException($"{sent} sent, {written} keys, {purchases} purchases, {entries} entries.");
        Console.WriteLine($"  checked: {sent} sent = keys = purchases = entries");
    }

    private static byte[] Request(string token, string key, long n)
    {
        var body = $"{{\"meteringPoint\":\"{Point}\",\"month\":\"2026-01\",\"kwh\":100,\"costKzt\":1800,\"source\":\"W1\",\"reference\":\"W1-{n}\"}}";
        return Encoding.ASCII.GetBytes(
            $"POST /v1/electricity-purchases HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    // pgbench takes a colon in a literal for a variable.
    private const string SameSql = """
        WITH claim AS (INSERT INTO idempotency_keys (caller, key, fingerprint, action, at, subject, reply)
                       VALUES ('pgbench', gen_random_uuid()::text, sha256('x'), 'RecordPurchase', now(), 'metering-point DEMO-001',
                       repeat('x', 200))),
             purchase AS (INSERT INTO electricity_purchases
             (id, metering_point_id, month, kwh, cost_kzt, source, reference, recorded_at, recorded_by)
                          SELECT gen_random_uuid(), id, '2026-01-01', 100, 1800, 'pgbench', gen_random_uuid()::text, now(), 'pgbench'
                            FROM metering_points WHERE code = 'DEMO-001'),
             head AS (UPDATE journal_head
                         SET number = number + 1,
                             hash = journal_hash(hash, number + 1, now(), 'pgbench', 'Pgbench', 'metering-point DEMO-001', repeat('x', 300))
                      RETURNING number, hash)
        INSERT INTO journal_entries (number, at, actor, action, subject, entry, hash)
        SELECT number, now(), 'pgbench', 'Pgbench', 'metering-point DEMO-001', repeat('x', 300), hash FROM head;
        """;
}
