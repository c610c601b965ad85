using System.Text;

namespace KzLicensing.Benchmarks;

/// <summary>
/// W2: approvals that all want capacity of one region: decision, license, version, three scopes of the ledger, journal. 64 at once.
/// </summary>
internal static class ApproveApplications
{
    private const int Applications = 60_000, AtOnce = 64;

    public static async Task Run(Arena arena, int rounds)
    {
        var token = await arena.Token("approver-1");
        var ids = (await arena.Sql<string[]>(PrepareSql)).ToArray();
        var next = -1;
        byte[] Next(long _) => Request(token, ids[Interlocked.Increment(ref next)]);

        await Duel.Run("W2 approval, 64 at once (goal 300/s)", rounds, () => Pgbench.Run(arena, SameSql),
            () => Ours.Run(arena, Next, "HTTP/1.1 200", AtOnce));
        await Check(arena, next + 1);
    }

    /// <summary>As many licenses as approvals, numbered without a gap, and every kilowatt in the ledger of every scope.</summary>
    private static async Task Check(Arena arena, long sent)
    {
        var licenses = await arena.Sql<long>("SELECT count(*) FROM licenses WHERE bin = '970740000838'");
        var last = await arena.Sql<long>(
            "SELECT count(*) FILTER (WHERE number LIKE 'KZ-DM-I-%') - max(right(number, 6)::int) FROM licenses WHERE bin = '970740000838'");
        var ledger = await arena.Sql<long>(
            "SELECT sum(kw)::bigint FROM capacity_movements WHERE region = '71' AND license_number LIKE 'KZ-DM-I-%' AND reason = "
                + "'Granted'");
        var scope = await arena.Sql<long>("SELECT granted_kw('region:71', '2022-01-01')");
        var entries = await arena.Sql<long>("SELECT count(*) FROM journal_entries WHERE action = 'ApproveApplication'");
        if ((licenses, last, ledger, scope, entries) != (sent, 0, sent, sent, sent))
            throw new InvalidDataException(
                $"{sent} sent, {licenses} licenses, gap {last}, {ledger} kW moved, {scope} kW granted, {entries} entries.");
        Console.WriteLine($"  checked: {sent} sent = licenses = kW in the ledger = entries, no gap in the numbers");
    }

    private static byte[] Request(string token, string id)
    {
        const string Body = "{\"validFrom\":\"2026-12-31\",\"reasons\":\"Agreed.\"}";
        return Encoding.ASCII.GetBytes(
            $"POST /v1/permit-applications/{id}/approve HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIf-Match: \"4\"\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
    }

    // 1 kW each in a region that the demo data leave empty, so that the sums can be told apart.
    private static readonly string PrepareSql = $"""
        WITH made AS (
            INSERT INTO permit_applications (
                id, number, version, status, kind, subtype, applicant_bin, applicant_name, contact_email, contact_phone, site_name,
                site_region, site_address,
                site_grid_connection, requested_kw, power_sources, planned_investment_kzt, planned_jobs, hardware, created_at, created_by,
                submitted_at,
                submitted_by, assigned_to)
            SELECT gen_random_uuid(), 'W2-' || n, 4, 'Recommended', 'New', 'I', '970740000838', 'W2', 'w2@example.kz', '+7', 'W2', '71',
                   'W2 ' || n,
                   '', 1, ARRAY['GridPurchase'], 0, 0, '[]', now(), 'applicant-970740000838', now(), 'applicant-970740000838', 'officer-1'
              FROM generate_series(1, {Applications}) AS n RETURNING id),
        recommended AS (
            INSERT INTO application_recommendations
                (application_id, application_version, outcome, recommender, applicant, reasons, grounds, at)
            SELECT id, 4, 'Approve', 'officer-1', 'applicant-970740000838', 'W2', ARRAY[]::text[], now() FROM made RETURNING application_id)
        SELECT array_agg(application_id::text) FROM recommended
        """;

    // The same rows in one statement; applications of its own come with it, since pgbench cannot be handed ids.
    private const string SameSql = """
        WITH number AS (INSERT INTO number_series (series, last) VALUES ('PGBENCH', 1)
        ON CONFLICT (series) DO UPDATE SET last = number_series.last + 1 RETURNING last),
             license AS (INSERT INTO licenses (number, version, subtype, bin, region, valid_from, valid_to, issued_at)
                         SELECT 'PG-' || last, 1, 'I', 'pgbench', '43', '2026-12-31', '2029-12-30', now() FROM number RETURNING number),
             movement AS (INSERT INTO capacity_movements (license_number, region, kw, reason, counts_from, counts_until, at)
                          SELECT number, '43', 1, 'Granted', '2026-12-31', '2029-12-31', now() FROM license),
             head AS (UPDATE journal_head
                         SET number = number + 1,
                             hash = journal_hash(hash, number + 1, now(), 'pgbench', 'Pgbench', 'license-PG', repeat('x', 600))
                      RETURNING number, hash)
        INSERT INTO journal_entries (number, at, actor, action, subject, entry, hash)
        SELECT number, now(), 'pgbench', 'Pgbench', 'license-PG', repeat('x', 600), hash FROM head;
        """;
}
