using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Tariffs;
using MediatR;

namespace KzLicensing.Api.Modules.Assessments.Runs;

/// <summary>Tells how far a run is and what it found.</summary>
internal static class GetRun
{
    public sealed record Query(Guid Id) : IQuery<RunView>;

    public sealed class Handler(Db db) : IQueryHandler<Query, RunView>
    {
        public async Task<Result<RunView>> Handle(Query query, CancellationToken ct) =>
            await db.One<Row>(Sql, new { query.Id }, ct) is { } row ? row.ToView() : AssessmentErrors.RunNotFound();
    }

    public static async Task<Reply<RunView>> Endpoint(Guid id, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(id), ct));

    private sealed record Row
    {
        public Guid Id { get; init; }
        public int Version { get; init; }
        public string Period { get; init; } = "";
        public Instrument Instrument { get; init; }
        public RunStatus Status { get; init; }
        public int Done { get; init; }
        public int Total { get; init; }
        public int Drafted { get; init; }
        public int Unchanged { get; init; }
        public int NothingDue { get; init; }
        public int Failed { get; init; }
        public decimal TotalKzt { get; init; }
        public string? InputFingerprint { get; init; }
        public string TopMovers { get; init; } = "[]";
        public string Failures { get; init; } = "[]";
        public string RequestedBy { get; init; } = "";
        public DateTime RequestedAt { get; init; }
        public DateTime? FinishedAt { get; init; }
        public string? Failure { get; init; }

        public RunView ToView() => new(
            Id, Version, Period, Instrument, Status, new RunProgress(Done, Total),
            new RunTotals(Drafted, Unchanged, NothingDue, Failed, TotalKzt),
            InputFingerprint, JsonSerializer.Deserialize<List<RunMover>>(TopMovers, Json.Stored)!,
            JsonSerializer.Deserialize<List<RunFailure>>(Failures, Json.Stored)!, RequestedBy, RequestedAt, FinishedAt, Failure);
    }

    private const string Sql = """
        SELECT r.id, r.version, r.period, r.instrument, r.status, r.done, r.total, r.total_kzt, r.input_fingerprint, r.requested_by,
               r.requested_at,
               r.finished_at, r.failure, o.drafted, o.unchanged, o.nothing_due, o.failed,
               (SELECT coalesce(json_agg(m), '[]') FROM (
                    SELECT payer_bin AS "payerBin", total_kzt AS "totalKzt", delta_kzt AS "deltaKzt" FROM assessment_drafts
                     WHERE run_id = r.id ORDER BY abs(delta_kzt) DESC, payer_bin LIMIT 10) AS m)::text AS top_movers,
               (SELECT coalesce(json_agg(f), '[]') FROM (
                    SELECT payer_bin AS "payerBin", detail FROM assessment_run_payers
                     WHERE run_id = r.id AND outcome = 'Failed' ORDER BY payer_bin LIMIT 100) AS f)::text AS failures
          FROM assessment_runs r
         CROSS JOIN LATERAL (
             SELECT count(*) FILTER (WHERE outcome = 'Drafted') AS drafted, count(*) FILTER (WHERE outcome = 'Unchanged') AS unchanged,
                    count(*) FILTER (WHERE outcome = 'NothingDue') AS nothing_due, count(*) FILTER (WHERE outcome = 'Failed') AS failed
               FROM assessment_run_payers WHERE run_id = r.id) AS o
         WHERE r.id = @Id
        """;
}
