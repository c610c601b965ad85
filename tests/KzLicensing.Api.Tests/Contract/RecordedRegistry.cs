using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using KzLicensing.Api.Tests.Fixtures;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>
/// A registry in which everything has been done once, with every answer as it came: to an operation, in a status, in a form.
/// </summary>
public sealed class RecordedRegistry(TestCluster cluster) : FilledRegistry(cluster)
{
    private const string Owner = "applicant-" + Files.Kegoc;

    private readonly List<Heard> heard = [];

    protected override HttpMessageHandler Transport => new Listener(heard) { InnerHandler = new HttpClientHandler() };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await DecideApplications();
        await EndLicenses();
        await MeterAndBuy();
        await AssessSecondQuarter();
        await ReplaceCeilings();
        foreach (var operation in (await Operation.OfDocument(this)).Where(o => o.Method == "GET"))
        {
            var persona = operation.IsPublic ? null : Operation.Personas.First(operation.Allows);
            foreach (var form in operation.Forms)
            {
                var answer = await Send(persona, HttpMethod.Get, PathOf(operation), accept: form);
                if (answer.ETag is { } seen) await SendSeen(persona, PathOf(operation), form, seen);
            }
        }

        (await Send(null, HttpMethod.Delete, "/sandbox/clock")).Demand(200);
    }

    /// <summary>All answers to operations of the document, with what each belongs to.</summary>
    internal async Task<List<(Operation Operation, Heard Answer)>> Answers()
    {
        var operations = (await Operation.OfDocument(this)).OrderBy(o => o.Path.Count(c => c == '{'))
            .Select(o => (Operation: o, Path: Template(o.Path))).ToList();
        return [.. heard.ToList()
            .Select(h => (operations.FirstOrDefault(o => o.Operation.Method == h.Method && o.Path.IsMatch(h.Path)).Operation, h))
            .Where(a => a.Operation is not null)];
    }

    private async Task SendSeen(string? persona, string path, string form, string seen)
    {
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        if (persona is not null) again.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await BearerOf(persona));
        again.Headers.Accept.ParseAdd(form);
        again.Headers.IfNoneMatch.ParseAdd(seen);
        (await Http.SendAsync(again)).Dispose();
    }

    private static Regex Template(string path) =>
        new($"^{Regex.Replace(Regex.Escape(path), @"\\\{\w+}", "[^/]+")}/?$", RegexOptions.CultureInvariant);

    private async Task DecideApplications()
    {
        var draft = await this.Draft(Files.Application(address: "To be changed"));
        (await Send(Owner, HttpMethod.Put, $"/v1/permit-applications/{draft}", Files.Application(address: "Changed"), "\"1\"")).Demand(200);
        (await Post(Owner, $"/v1/permit-applications/{draft}/withdraw")).Demand(200);
        (await Post(Owner, $"/v1/permit-applications/{draft}/copy")).Demand(201);

        await this.Seen("officer-2");
        var asked = await this.UnderReview(Files.Application(address: "Asked"));
        var items = new[] { new { pointer = "/site/gridConnection", question = "Which substation feeds the site?" } };
        (await Post("officer-1", $"/v1/permit-applications/{asked}/request-information", new { items, respondBy = "2026-07-20" }))
            .Demand(200);
        var answers = new[] { new { pointer = "/site/gridConnection", answer = "Karaganda-2, 110 kV, bay 14." } };
        (await Post(Owner, $"/v1/permit-applications/{asked}/respond", new { answers })).Demand(200);

        var doubted = await this.Recommended(Files.Application(address: "Doubted"));
        (await Post("approver-1", $"/v1/permit-applications/{doubted}/return", new { reasons = "The contract of supply is not signed." }))
            .Demand(200);

        var refused = await this.Recommended(Files.Application(address: "Refused"), "Refuse");
        var refusal = new { grounds = new[] { "requirements-not-met" }, reasons = "The data center has no connection." };
        (await Post("approver-1", $"/v1/permit-applications/{refused}/refuse", refusal, "\"4\"")).Demand(200);
        foreach (var left in new[] { asked, doubted }) await Get(Owner, $"/v1/permit-applications/{left}/history");
    }

    private async Task EndLicenses()
    {
        async Task<string> License(string site) => await this.Licensed("2026-07-01", Files.Application(mw: 0.5m, address: site));
        var suspended = await License("Suspended");
        var suspension =
            new { ground = "changes-not-reported", reasons = "A transformer was replaced.", from = "2026-07-01", until = "2026-09-30" };
        (await Post("approver-2", $"/v1/licenses/{suspended}/suspend", suspension)).Demand(200);
        (await Post("approver-2", $"/v1/licenses/{suspended}/resume")).Demand(200);
        var unit = new { maker = "Bitmain", model = "S21", serial = "SMTTY01-000001", hashRateThs = 200, powerW = 3500 };
        (await Post(Owner, $"/v1/licenses/{suspended}/hardware", new { from = "2026-07-01", units = new[] { unit } })).Demand(200);
        var removed = new { from = "2026-07-02", units = new[] { new { maker = "Bitmain", serial = "SMTTY01-000001" } } };
        (await Post(Owner, $"/v1/licenses/{suspended}/hardware/remove", removed)).Demand(200);

        var act = new { courtActNumber = "2-1234/2026", courtActOn = "2026-06-25", from = "2026-07-01" };
        (await Post("approver-2", $"/v1/licenses/{await License("Revoked")}/revoke", act, "\"1\"")).Demand(200);
        (await Post(Owner, $"/v1/licenses/{await License("Surrendered")}/surrender", new { from = "2026-10-01" })).Demand(200);

        var pool = (await Post("approver-1", "/v1/pools",
            new { name = "Third", country = "KZ", accreditedFrom = "2026-01-01", act = "No. 12" })).Demand(201);
        for (var twice = 0; twice < 2; twice++)
            (await Post("approver-1", $"/v1/pools/{pool["id"].GetString()}/revoke", new { from = "2026-07-01", act = "No. 31" }, "\"1\"",
                "revoke-1")).Demand(200);
    }

    private async Task MeterAndBuy()
    {
        var found = (await Get("inspector-1", $"/v1/metering-points/{Point}/findings?from=2026-04-01&to=2026-06-01")).Demand(200)["items"];
        var gap = found.EnumerateArray().First(f => f.GetProperty("kind").GetString() == "Gap");
        var known = new
        {
            kind = "Gap",
            startAt = gap.GetProperty("startAt"),
            endAt = gap.GetProperty("endAt"),
            reason = "The line was cut off for works."
        };
        (await Post("inspector-1", $"/v1/metering-points/{Point}/findings/acknowledge", known)).Demand(201);

        var invoice = new
        {
            meteringPoint = Point,
            month = "2026-04",
            kwh = 720_000,
            costKzt = 13_270_464,
            source = "SinglePurchaser",
            reference = "INV-2026-04"
        };
        var bought = (await Post("grid-1", "/v1/electricity-purchases", invoice)).Demand(201);
        const string Csv =
            "meteringPoint,month,kwh,costKzt,source,reference\n" + Point + ",2026-05,720000,13270464,SinglePurchaser,INV-2026-05\n";
        (await Send("grid-1", HttpMethod.Post, "/v1/electricity-purchases/file", Csv, contentType: "text/csv")).Demand(200);
        (await Post("grid-1", $"/v1/electricity-purchases/{bought["id"].GetString()}/withdraw",
            new { reason = "Invoice for another point." })).Demand(200);
    }

    private async Task AssessSecondQuarter()
    {
        var run = await this.Run("2026-Q2");
        (await Post("tax-2", $"/v1/assessment-runs/{run["id"].GetString()}/issue", ifMatch: run.ETag)).Demand(200);
    }

    private async Task ReplaceCeilings()
    {
        var ceilings = (await Get("admin-1", "/v1/capacity-ceilings")).Demand(200);
        (await Send("admin-1", HttpMethod.Put, "/v1/capacity-ceilings", new { items = ceilings["items"] }, ceilings.ETag)).Demand(200);
    }

    /// <summary>One answer as it came.</summary>
    internal sealed record Heard(string Method, string Path, int Status, string? ContentType, IReadOnlyList<string> Headers, string Text)
    {
        public override string ToString() => $"{Method} {Path}: {Status} {ContentType}";
    }

    private sealed class Listener(List<Heard> heard) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            var response = await base.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            var headers = response.Headers.Concat(response.Content.Headers).Select(h => h.Key).ToList();
            var type = response.Content.Headers.ContentType?.MediaType;
            var answer = new Heard(request.Method.Method, request.RequestUri!.AbsolutePath, (int)response.StatusCode, type, headers, text);
            lock (heard) heard.Add(answer);
            return response;
        }
    }
}
