using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Tariffs;
using MediatR;

namespace KzLicensing.Api.Modules.Assessments.Runs;

/// <summary>Asks for a run over a quarter that has ended; the work goes on in the background.</summary>
internal static class StartRun
{
    public sealed record Body(Quarter Period, Instrument Instrument, IReadOnlyList<Bin>? Bins = null);

    public sealed record Command(Body Body) : ICommand<RunView>;

    public sealed record RunRequested(Guid RunId, string Period, Instrument Instrument, int Payers) : IFact
    {
        public string Subject => $"assessment-run:{RunId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Body.Bins).Must(b => b is null or { Count: > 0 and <= 10_000 }).WithCode("out-of-range");
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, RunSignal signal, TimeProvider clock)
        : ICommandHandler<Command, RunView>
    {
        public async Task<Result<RunView>> Handle(Command command, CancellationToken ct)
        {
            var (period, instrument, bins) = command.Body;
            var now = clock.GetUtcNow();
            if (CivilTime.DayOf(now) < period.To) return AssessmentErrors.PeriodNotEnded(period);

            var id = Guid.CreateVersion7(now);
            var wanted = bins?.Select(b => b.Value).ToArray();
            var payers = await db.One<int>(InsertSql, new
            {
                Id = id,
                Period = period.ToString(),
                Instrument = instrument,
                Bins = wanted,
                period.To,
                By = actor.Id,
                At = now,
            }, ct);
            journal.Record(new RunRequested(id, period.ToString(), instrument, payers));
            signal.Raise();
            return new RunView(
                id, 1, period.ToString(), instrument, RunStatus.Queued, new RunProgress(0, payers), new RunTotals(0, 0, 0, 0, 0),
                InputFingerprint: null,
                TopMovers: [], Failures: [], actor.Id, now, FinishedAt: null, Failure: null);
        }
    }

    public static async Task<AcceptedReply<RunView>> Endpoint(JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(body.Value), ct), r => $"/v1/assessment-runs/{r.Id}");

    private const string InsertSql = """
        WITH run AS (
            INSERT INTO assessment_runs (id, version, period, instrument, bins, status, done, total, total_kzt, requested_by, requested_at)
            VALUES (@Id, 1, @Period, @Instrument, @Bins, 'Queued', 0,
                    (SELECT count(DISTINCT payer_bin) FROM metering_point_facts
                      WHERE effective_from < @To AND (@Bins IS NULL OR payer_bin = ANY(@Bins))), 0, @By, @At)
            RETURNING id, total),
             payers AS (
            INSERT INTO assessment_run_payers (run_id, payer_bin)
            SELECT DISTINCT run.id, f.payer_bin FROM run, metering_point_facts f
             WHERE f.payer_bin IS NOT NULL AND f.effective_from < @To AND (@Bins IS NULL OR f.payer_bin = ANY(@Bins)))
        SELECT total FROM run
        """;
}
