using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>
/// The signed list of licenses that are suspended or ended before their term, for whoever checks certificates without a network.
/// </summary>
internal static class GetStatusList
{
    public sealed record Query : IQuery<Response>;

    public sealed record Response(IReadOnlyList<ListedLicense> Licenses, IReadOnlyList<ListedEdition> Editions);

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var today = CivilTime.DayOf(clock.GetUtcNow());
            var rows = await db.Many<Row>(Sql, new { Today = today }, ct);
            var editions = await db.Many<EditionRow>(EditionsSql, new { Today = today }, ct);
            return new Response([.. rows.SelectMany(r => r.Listed(today))],
                [.. editions.Select(e => new ListedEdition(e.Number, e.Edition, e.From))]);
        }
    }

    public static async Task<SignedReply> Endpoint(
        IMediator mediator, RecentTokens tokens, RegisterOptions options, TimeProvider clock, HttpRequest request, CancellationToken ct)
    {
        var listed = await mediator.Send(new Query(), ct);
        return new(listed.Map(l => tokens.Sign(StatusList.Type, Period(clock.GetUtcNow()), clock.GetUtcNow(), at => new StatusList(
            options.AddressOf(request), at.ToUnixTimeSeconds(), at.AddHours(options.StatusListHours)
                .ToUnixTimeSeconds(), l.Licenses, l.Editions))));
    }

    /// <summary>A list is written anew every few minutes: how long it may be relied upon counts from then.</summary>
    private static string Period(DateTimeOffset now) => $"{now.Ticks / TimeSpan.FromMinutes(5).Ticks}";

    private sealed record Row
    {
        public string Number { get; init; } = "";
        public DateOnly ValidFrom { get; init; }
        public DateOnly ValidTo { get; init; }
        public string Events { get; init; } = "[]";

        /// <summary>
        /// An end first, then each range of suspended days that is not over: one that runs is named by its own first day.
        /// </summary>
        public IEnumerable<ListedLicense> Listed(DateOnly today)
        {
            var term = new LicenseTerm(ValidFrom, ValidTo, JsonSerializer.Deserialize<List<LicenseEvent>>(Events, Json.Options)!);
            if (term.EndedEarly() is { } end) yield return new ListedLicense(Number, end.Status, end.From, null);
            foreach (var days in Joined(term.DaysWhen(LicenseStatus.Suspended, new DayRange(ValidFrom, ValidTo.AddDays(1))))
                .Where(d => d.To > today))
                yield return new ListedLicense(Number, LicenseStatus.Suspended, days.From, days.To.AddDays(-1));
        }

        private static List<DayRange> Joined(IEnumerable<DayRange> ranges)
        {
            var joined = new List<DayRange>();
            foreach (var range in ranges)
                if (joined.Count > 0 && joined[^1].To == range.From) joined[^1] = joined[^1] with { To = range.To };
                else joined.Add(range);
            return joined;
        }
    }

    private sealed record EditionRow
    {
        public string Number { get; init; } = "";
        public int Edition { get; init; }
        public DateOnly From { get; init; }
    }

    private const string EditionsSql = """
        SELECT v.license_number AS number, v.version AS edition, v.effective_from AS "from"
          FROM license_versions v JOIN licenses l ON l.number = v.license_number
         WHERE v.version > 1 AND l.valid_to >= @Today
         ORDER BY v.license_number, v.version
        """;

    private const string Sql = """
        SELECT l.number, l.valid_from, l.valid_to,
               json_agg(json_build_object('kind', e.kind, 'effectiveFrom', e.effective_from, 'effectiveUntil', e.effective_until)
               ORDER BY e.sequence)::text AS events
          FROM licenses l JOIN license_events e ON e.license_number = l.number
         WHERE l.valid_to >= @Today
         GROUP BY l.number
         ORDER BY l.number
        """;
}
