using FluentValidation;
using KzLicensing.Api.Modules.Metering;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using KzLicensing.Domain.Findings;
using MediatR;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>Takes note of findings and says why they are in order: as they are now. What changes in their hours opens them again.</summary>
internal static class AcknowledgeFinding
{
    /// <param name="StartAt">
    /// The range may be wider than a finding, or a part of it; what is judged by the month is acknowledged as a whole.
    /// </param>
    /// <param name="EndAt">No later than now: nobody knows yet what will be found then.</param>
    public sealed record Body(FindingKind Kind, DateTimeOffset StartAt, DateTimeOffset EndAt, string Reason);

    public sealed record Command(string Code, Body Body) : ICommand<Response>;

    public sealed record Response(IReadOnlyList<FindingView> Items);

    /// <param name="EndAt">When the last of the hours ends.</param>
    /// <param name="Evidence">A hash of what was seen; see <see cref="Acknowledgement"/>.</param>
    [SchemaName("CoveredFinding")]
    public sealed record Covered(DateTimeOffset StartAt, DateTimeOffset EndAt, decimal Kwh, string Evidence);

    public sealed record FindingAcknowledged(string Code, Body Content, IReadOnlyList<Covered> Findings) : IFact
    {
        public string Subject => $"metering-point:{Code}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Reason).NotEmpty().MaximumLength(1_000);
            RuleFor(c => c.Body.StartAt).MustBeRecent().Must(IsOnTheHour).WithCode("off-the-hour");
            RuleFor(c => c.Body.EndAt).MustBeRecent().Must(IsOnTheHour).WithCode("off-the-hour").GreaterThan(c => c.Body.StartAt);
        }

        private static bool IsOnTheHour(DateTimeOffset at) => at.Ticks % TimeSpan.TicksPerHour == 0;
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, Response>
    {
        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var (body, law, now) = (command.Body, await lawBook.Open(ct), clock.GetUtcNow());
            if (body.EndAt > now) return FindingErrors.FindingInFuture();
            // A civil day of a place may begin on the national day before.
            var months = FindingRange.Of(CivilTime.DayOf(body.StartAt), CivilTime.DayOf(body.EndAt.AddHours(1)).AddDays(1), now);
            if (months.IsFailure) return months.Error;
            var point = await db.One<MeteringPointRow>(PointSql, new { command.Code }, ct);
            if (point is null) return MeteringErrors.PointNotFound();

            var (from, to) = (CivilTime.HourOf(body.StartAt), CivilTime.HourOf(body.EndAt));
            var proposed = new Acknowledgement(body.Kind, from, to, null, actor.Id, now, body.Reason);
            var judged = (await db.Judge([point], months.Value, actor.RowScope, law, now, ct, proposed))[0];
            var found = judged.Findings.Where(f => f.Kind == body.Kind && from <= f.FromHour && f.ToHour <= to).ToList();
            if (found.Count == 0) return FindingErrors.FindingNotFound(body.Kind);
            if (found.Exists(f => actor.Official.IsConcernedWith(f.PayerBin))) return FourEyes.OwnAffair();

            // Each stands for itself: when one of them changes, the others stay acknowledged.
            var covered = found.ConvertAll(f => new Covered(
                CivilTime.StartOfHour(f.FromHour), CivilTime.StartOfHour(f.ToHour), f.Kwh, f.Acknowledged!.Evidence!));
            foreach (var one in covered)
            {
                db.Write(InsertSql, new
                {
                    Id = Guid.CreateVersion7(now),
                    PointId = point.Id,
                    body.Kind,
                    one.StartAt,
                    one.EndAt,
                    one.Kwh,
                    one.Evidence,
                    body.Reason,
                    At = now,
                    By = actor.Id,
                });
            }

            journal.Record(new FindingAcknowledged(command.Code, body, covered));
            return new Response([.. FindingView.Of(judged with { Findings = found }, actor)]);
        }
    }

    public static async Task<CreatedReply<Response>> Endpoint(string code, JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(code, body.Value), ct), _ => $"/v1/metering-points/{code}/findings");

    private const string PointSql = MeteringPointRow.Select + "WHERE p.code = @Code AND " + MeteringPointRow.VisibleEver;

    private const string InsertSql = """
        INSERT INTO finding_acknowledgements (id, metering_point_id, kind, start_at, end_at, kwh, evidence, reason, at, by)
        VALUES (@Id, @PointId, @Kind, @StartAt, @EndAt, @Kwh, @Evidence, @Reason, @At, @By)
        """;
}
