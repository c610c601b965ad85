using System.Globalization;
using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>
/// Whatever happens to hosts and guests, in whatever order: the sums of each day are what the licenses of that day come to.
/// </summary>
public sealed class CapacityRecountTests(Registry registry) : IClassFixture<Registry>
{
    private const int Events = 40;
    private static readonly string[] Regions = ["35", "55"];

    private readonly List<(string Number, string Bin, string? Host, string Region, decimal Mw)> licenses = [];
    private readonly List<(string Id, string Bin, DateOnly From)> renewals = [];
    private readonly List<string> told = [];
    private Random random = new(0);
    private DateOnly today = new(2026, 3, 2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_sums_of_any_order_of_events_equal_a_recount_from_scratch(int seed)
    {
        random = new Random(seed);
        await MoveClock();
        for (var i = 0; i < 6; i++) await Check(await (i % 2 == 0 ? Host(seed, i) : Guest(seed, i)));
        for (var i = 6; i < Events; i++)
        {
            if (random.Next(4) == 0) await MoveClock();
            await Check(await (random.Next(12) switch
            {
                0 or 1 => Host(seed, i),
                2 or 3 => Guest(seed, i),
                4 or 5 or 6 => Amend(),
                7 => Surrender(),
                8 => Revoke(),
                9 or 10 => Renew(),
                _ => EndRenewal(),
            }));
        }

        // A test that only ever is refused proves nothing.
        Assert.True(told.Count(t => t.EndsWith("200", StringComparison.Ordinal)) > Events / 4, string.Join('\n', told));
    }

    private DateOnly Soon() => random.Next(3) == 0 ? today.AddDays(random.Next(30)) : today;

    private async Task MoveClock()
    {
        today = today.AddDays(random.Next(4));
        await registry.MoveClock($"{Text(today)}T06:00:00Z");
    }

    private async Task<string> Host(int seed, int n)
    {
        var (region, mw) = (Regions[random.Next(2)], random.Next(2, 12) / 2m);
        var body = Files.Application(Files.Kegoc, mw, $"Host {seed} {n}", b => b["site"]!["region"] = region);
        var answer = await Licensed(body, Soon());
        // Half of them end within reach of a renewal.
        if (answer.Status is 200 && random.Next(2) == 0)
            await registry.EndOn(licenses[^1].Number, Text(today.AddDays(random.Next(40, 120))));
        return answer.Told;
    }

    private async Task<string> Guest(int seed, int n)
    {
        var hosts = licenses.Where(l => l.Host is null).ToList();
        if (hosts.Count == 0) return "nobody hosts";
        var (host, region, mw) = (hosts[random.Next(hosts.Count)].Number, Regions[random.Next(2)], random.Next(1, 5) / 2m);
        return (await Licensed(Hosted(Files.Kaspi, mw, $"Guest {seed} {n}", region, host), Soon())).Told;
    }

    private async Task<string> Amend()
    {
        var license = Any();
        var mw = random.Next(1, 12) / 2m;
        var body = Following("Amendment", license, mw);
        return (await Licensed(body, today.AddDays(random.Next(40)))).Told;
    }

    private async Task<string> Surrender()
    {
        var license = Any();
        var from = today.AddDays(random.Next(60));
        return Tell($"surrender {license.Number} from {from}",
            await registry.Post("applicant-" + license.Bin, $"/v1/licenses/{license.Number}/surrender", new { from }));
    }

    private async Task<string> Revoke()
    {
        var license = Any();
        var act = new { courtActNumber = "1", courtActOn = today.AddDays(-5), from = today.AddDays(random.Next(-5, 60)) };
        var seen = (await registry.Get("officer-1", $"/v1/licenses/{license.Number}")).Demand(200).ETag;
        return Tell($"revoke {license.Number} from {act.from}",
            await registry.Post("approver-1", $"/v1/licenses/{license.Number}/revoke", act, seen));
    }

    private async Task<string> Renew()
    {
        var license = Any();
        var read = (await registry.Get("officer-1", $"/v1/licenses/{license.Number}")).Demand(200);
        var id = await registry.Draft(Following("Renewal", license, read["licensedMw"].GetDecimal()));
        var submitted = await registry.Post("applicant-" + license.Bin, $"/v1/permit-applications/{id}/submit");
        if ((int)submitted.Status == 200)
            renewals.Add((id, license.Bin, DateOnly.Parse(read["validTo"].GetString()!, CultureInfo.InvariantCulture).AddDays(1)));
        return Tell($"renew {license.Number}", submitted);
    }

    private async Task<string> EndRenewal()
    {
        if (renewals.Count == 0) return "no renewal is open";
        var (id, bin, from) = renewals[random.Next(renewals.Count)];
        renewals.RemoveAll(r => r.Id == id);
        if (random.Next(2) == 0)
            return Tell($"withdraw {id}", await registry.Post("applicant-" + bin, $"/v1/permit-applications/{id}/withdraw"));
        await Review(id);
        var approved = await registry.Approve(id, Text(from > today ? from : today));
        if ((int)approved.Status == 200) Remember(approved, bin);
        else (await registry.Post("applicant-" + bin, $"/v1/permit-applications/{id}/withdraw")).Demand(200);
        return Tell($"renewal {id} from {from}", approved);
    }

    private async Task<(int Status, string Told)> Licensed(JsonObject body, DateOnly from)
    {
        var bin = body["applicantBin"]!.GetValue<string>();
        var id = await registry.Draft(body);
        var answer = await registry.Post("applicant-" + bin, $"/v1/permit-applications/{id}/submit");
        if ((int)answer.Status == 200)
        {
            await Review(id);
            answer = await registry.Approve(id, Text(from));
            if ((int)answer.Status == 200) Remember(answer, bin);
            else (await registry.Post("applicant-" + bin, $"/v1/permit-applications/{id}/withdraw")).Demand(200);
        }

        return ((int)answer.Status, Tell($"{body["kind"]} {body["previousLicenseNumber"]} {body["requestedMw"]} MW from {from}", answer));
    }

    private async Task Review(string id)
    {
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/start-review")).Demand(200);
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/recommend", new { outcome = "Approve", reasons = "Complete." }))
            .Demand(200);
    }

    private void Remember(Answer approved, string bin)
    {
        var license = approved["license"];
        var number = license.GetProperty("number").GetString()!;
        licenses.RemoveAll(l => l.Number == number);
        licenses.Add((number, bin, license.GetProperty("hostLicenseNumber").GetString(), license.GetProperty("region").GetString()!,
            license.GetProperty("licensedMw").GetDecimal()));
    }

    private (string Number, string Bin, string? Host, string Region, decimal Mw) Any() => licenses[random.Next(licenses.Count)];

    private static JsonObject Following(string kind, (string Number, string Bin, string? Host, string Region, decimal Mw) license,
        decimal mw)
    {
        var body = license.Host is { } host
            ? Hosted(license.Bin, mw, $"{kind} {license.Number}", license.Region, host)
            : Files.Application(license.Bin, mw, $"{kind} {license.Number}", b => b["site"]!["region"] = license.Region);
        (body["kind"], body["previousLicenseNumber"]) = (kind, license.Number);
        return body;
    }

    private static JsonObject Hosted(string bin, decimal mw, string address, string region, string host) =>
        Files.Application(bin, mw, address, b =>
    {
        b["subtype"] = "II";
        b["site"]!["region"] = region;
        b["site"]!["hostLicenseNumber"] = host;
    });

    private string Tell(string what, Answer answer)
    {
        Assert.True((int)answer.Status is 200 or 409, $"{what}: {answer.Text}");
        return $"{what}: {((int)answer.Status == 200 ? "" : answer["code"].GetString())} {(int)answer.Status}";
    }

    private async Task Check(string what)
    {
        told.Add($"{today} {what}");
        var wrong = await registry.Sql<string>(WrongSql);
        Assert.True(wrong.Length == 0, $"{string.Join('\n', told)}\n{wrong}");
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // From licenses, their editions and events, and open renewals: the movements are not asked.
    private const string WrongSql = """
        WITH RECURSIVE places AS (
            SELECT number, number AS root FROM licenses WHERE previous_license_number IS NULL
            UNION ALL
            SELECT l.number, p.root FROM licenses l JOIN places p ON l.previous_license_number = p.number),
        terms AS (
            SELECT l.number, p.root, h.root AS host, l.subtype, l.region, l.valid_from, l.valid_to,
                   coalesce(b.valid_to + 1, l.valid_from) AS first_day,
                   (SELECT min(e.effective_from) FROM license_events e WHERE e.license_number = l.number
                           AND e.kind IN ('Revoked', 'Surrendered')) AS ended_on,
                   (SELECT min(e.effective_from) FROM license_events e WHERE e.license_number = l.number AND e.kind = 'Revoked') AS
                           revoked_on,
                   EXISTS (SELECT FROM permit_applications a WHERE a.previous_license_number = l.number AND a.kind = 'Renewal'
                              AND a.status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended')) AS renewing
              FROM licenses l
              JOIN places p ON p.number = l.number
              LEFT JOIN licenses b ON b.number = l.previous_license_number
              LEFT JOIN places h ON h.number = l.host_license_number),
        days AS (
            SELECT DISTINCT d.day
              FROM (SELECT unnest(ARRAY[first_day, valid_from, valid_to + 1, ended_on, revoked_on]) AS day FROM terms
                    UNION SELECT effective_from FROM license_versions
                    UNION SELECT on_day FROM capacity_days) AS d
             WHERE isfinite(d.day)),
        held AS (
            SELECT t.*, d.day,
                   CASE WHEN t.first_day <= d.day AND d.day <= t.valid_to AND d.day < coalesce(t.ended_on, 'infinity')
                          OR t.renewing AND t.ended_on IS NULL AND d.day > t.valid_to
                        THEN (SELECT v.licensed_kw FROM license_versions v
                               WHERE v.license_number = t.number AND v.effective_from <= greatest(least(d.day, t.valid_to), t.valid_from)
                                 AND greatest(least(d.day, t.valid_to), t.valid_from) < v.effective_until)
                        ELSE 0 END AS kw
              FROM terms t, days d),
        unhosted AS (
            SELECT h.root, h.day
              FROM held h
             GROUP BY h.root, h.day
            HAVING sum(h.kw) = 0 AND bool_or(h.revoked_on <= h.day AND h.day <= h.valid_to)),
        expected AS (
            SELECT s.scope, h.day, sum(h.kw) AS kw
              FROM held h
              JOIN regions r ON r.code = h.region
              LEFT JOIN unhosted u ON u.root = h.host AND u.day = h.day,
                   unnest(CASE WHEN h.subtype = 'II' THEN ARRAY['host:' || h.host] END
                          || CASE WHEN h.subtype = 'I' OR u.root IS NOT NULL
                          THEN ARRAY['country', 'zone:' || r.grid_zone, 'region:' || h.region] END) AS s(scope)
             GROUP BY 1, 2)
        SELECT coalesce(string_agg(format('%s on %s: %s expected, %s counted', e.scope, e.day, e.kw, c.kw), chr(10)
               ORDER BY e.scope, e.day), '')
          FROM expected e,
               LATERAL (SELECT coalesce(sum(d.kw), 0) AS kw FROM capacity_days d WHERE d.scope = e.scope AND d.on_day <= e.day) AS c
         WHERE c.kw <> e.kw
        """;
}
