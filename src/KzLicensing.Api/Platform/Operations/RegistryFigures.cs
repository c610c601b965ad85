using System.Diagnostics.Metrics;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Domain;
using Npgsql;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>The figures that a registry is run by.</summary>
/// <remarks>One statement each quarter of a minute finds them, however often and by however many they are read.</remarks>
internal sealed class RegistryFigures : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly Meter meter = new(Figures.MeterName);
    private readonly NpgsqlDataSource source;
    private readonly FeedReaders readers;
    private readonly TimeProvider clock;
    private readonly ILogger<RegistryFigures> log;
    private volatile IReadOnlyList<Row> found = [];
    private DateTimeOffset foundAt;

    public RegistryFigures(NpgsqlDataSource source, FeedReaders readers, TimeProvider clock, ILogger<RegistryFigures> log)
    {
        (this.source, this.readers, this.clock, this.log, foundAt) = (source, readers, clock, log, clock.GetUtcNow());
        Gauge("registry.applications", "state", "Applications by their state.");
        Gauge("registry.runs", "state", "Assessment runs that are not over, by their state.");
        Gauge("registry.capacity.left.kw", "scope", "kW below the ceiling today; less than nothing where the ceiling was lowered.");
        Gauge("registry.feed.head", "feed", "The journal's number of the newest entry of a feed.");
        Gauge("registry.journal.head", null, "The journal's number of its newest entry.");
        AgeGauge("registry.applications.queue.age", "Time since the oldest open application was submitted; 0 without one.");
        AgeGauge("registry.runs.age", "Time since the oldest run that is not over was asked for; 0 without one.");
        meter.CreateObservableGauge("registry.feed.lag", Lags, null,
            "Numbers of the journal between what a reader of a feed was sent last and the feed's head.");
        meter.CreateObservableGauge("registry.figures.age", () => (clock.GetUtcNow() - foundAt).TotalSeconds, "s",
            "Time since these figures were found in the database.");
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            do await Find(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The program is stopping.
        }
    }

    private async Task Find(CancellationToken ct)
    {
        try
        {
            await using var db = new Db(source, Actor.Registry);
            found = await db.Many<Row>(Sql, new { Today = CivilTime.DayOf(clock.GetUtcNow()) }, ct);
            foundAt = clock.GetUtcNow();
        }
        catch (NpgsqlException passing)
        {
            log.LogWarning(passing, "The figures of the registry were not found; those of before stand, and their age tells.");
        }
    }

    private void Gauge(string name, string? label, string description) => meter.CreateObservableGauge(
        name, () => Of(name).Select(r => new Measurement<long>(r.Value, label is null ? [] : [Tag(label, r.Label)])), null, description);

    private void AgeGauge(string name, string description) => meter.CreateObservableGauge(
        name, () => Of(name).Select(r => new Measurement<double>(r.Value == 0 ? 0 : Since(r.Value))), "s", description);

    private double Since(long seconds) => (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).TotalSeconds;

    private IEnumerable<Measurement<long>> Lags() =>
        from reader in readers.Recent()
        from head in Of("registry.feed.head")
        where head.Label == reader.Feed
        select new Measurement<long>(Math.Max(head.Value - reader.Position, 0), Tag("feed", reader.Feed), Tag("reader", reader.Reader));

    private IEnumerable<Row> Of(string figure) => found.Where(r => r.Figure == figure);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private sealed record Row
    {
        public string Figure { get; init; } = "";
        public string Label { get; init; } = "";
        public long Value { get; init; }
    }

    // An instant is a number of seconds, and 0 where there is none.
    private const string Sql = """
        SELECT 'registry.applications' AS figure, s.status AS label, count(a.id) AS value
          FROM unnest(ARRAY['Draft', 'Submitted', 'UnderReview', 'InformationRequested', 'Recommended',
                            'Approved', 'Refused', 'Withdrawn', 'Lapsed']) AS s(status)
          LEFT JOIN permit_applications a ON a.status = s.status
         GROUP BY s.status
        UNION ALL
        SELECT 'registry.applications.queue.age', '', coalesce(extract(epoch FROM min(submitted_at))::bigint, 0)
          FROM permit_applications WHERE status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended')
        UNION ALL
        SELECT 'registry.runs', s.status, count(r.id)
          FROM unnest(ARRAY['Queued', 'Running']) AS s(status)
          LEFT JOIN assessment_runs r ON r.status = s.status AND r.status IN ('Queued', 'Running')
         GROUP BY s.status
        UNION ALL
        SELECT 'registry.runs.age', '', coalesce(extract(epoch FROM min(requested_at))::bigint, 0)
          FROM assessment_runs WHERE status IN ('Queued', 'Running')
        UNION ALL
        SELECT 'registry.capacity.left.kw', c.scope,
               c.kw - coalesce((SELECT sum(d.kw) FROM capacity_days d WHERE d.scope = c.scope AND d.on_day <= @Today), 0)::bigint
          FROM capacity_ceilings c WHERE c.effective_from <= @Today AND (c.effective_to IS NULL OR c.effective_to >= @Today)
        UNION ALL
        SELECT 'registry.journal.head', '', number FROM journal_head
        UNION ALL
        SELECT 'registry.feed.head', 'tax', coalesce(max(number), 0) FROM tax_feed
        UNION ALL
        SELECT 'registry.feed.head', 'licensing', coalesce((
            SELECT number FROM journal_entries WHERE subject LIKE 'application:%' OR subject LIKE 'license:%' ORDER BY number DESC LIMIT 1),
                   0)
        """;
}
