using FluentValidation;
using KzLicensing.Api.Modules.Metering;
using KzLicensing.Api.Modules.Metering.Points;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Findings;
using MediatR;

namespace KzLicensing.Api.Modules.Findings;

/// <summary>Takes note of a finding and says why it is in order. What grows beyond these hours, or beyond these kWh, is open again.</summary>
internal static class AcknowledgeFinding
{
    /// <param name="StartAt">The range may be wider than the finding; what is judged by the month is acknowledged as a whole.</param>
    public sealed record Body(FindingKind Kind, DateTimeOffset StartAt, DateTimeOffset EndAt, string Reason);

    public sealed record Command(string Code, Body Body) : ICommand<Response>;

    public sealed record Response(IReadOnlyList<FindingView> Items);

    public sealed record FindingAcknowledged(string Code, Body Content, decimal Kwh) : IFact
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

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock) : ICommandHandler<Command, Response>
    {
        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var (body, law, now) = (command.Body, await lawBook.Open(ct), clock.GetUtcNow());
            // A civil day of a place may begin on the national day before.
            var months = FindingRange.Of(CivilTime.DayOf(body.StartAt), CivilTime.DayOf(body.EndAt.AddHours(1)).AddDays(1), now);
            if (months.IsFailure) return months.Error;
            var point = await db.One<MeteringPointRow>(PointSql, new { command.Code }, ct);
            if (point is null) return MeteringErrors.PointNotFound();

            // As if it held whatever is at stake: so it is seen what exactly it covers.
            var (from, to) = (CivilTime.HourOf(body.StartAt), CivilTime.HourOf(body.EndAt));
            var covering = new Acknowledgement(body.Kind, from, to, decimal.MaxValue, actor.Id, now, body.Reason);
            var judged = await db.Judge([point], months.Value, actor.RowScope, law, now, ct, covering);
            var covered = judged[0] with { Findings = [.. judged[0].Findings.Where(f => ReferenceEquals(f.Acknowledged, covering))] };
            if (covered.Findings.Count == 0) return FindingErrors.FindingNotFound(body.Kind);

            // Each piece is measured alone when it is asked for again: the largest must fit.
            var kwh = covered.Findings.Max(f => f.Kwh);
            db.Write(InsertSql, new
            {
                Id = Guid.CreateVersion7(now),
                PointId = point.Id,
                body.Kind,
                body.StartAt,
                body.EndAt,
                Kwh = kwh,
                body.Reason,
                At = now,
                By = actor.Id,
            });
            journal.Record(new FindingAcknowledged(command.Code, body, kwh));
            return new Response([.. FindingView.Of(covered)]);
        }
    }

    public static async Task<CreatedReply<Response>> Endpoint(string code, JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(code, body.Value), ct), _ => $"/v1/metering-points/{code}/findings");

    private const string PointSql = MeteringPointRow.Select + "WHERE p.code = @Code";

    private const string InsertSql = """
        INSERT INTO finding_acknowledgements (id, metering_point_id, kind, start_at, end_at, kwh, reason, at, by)
        VALUES (@Id, @PointId, @Kind, @StartAt, @EndAt, @Kwh, @Reason, @At, @By)
        """;
}
