using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Metering;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Points;

/// <summary>Adds a dated change to a metering point; nothing that was recorded before is lost.</summary>
internal static class AddFact
{
    public sealed record Body(
        DateOnly From, Bin? PayerBin = null, PowerSource? PowerSource = null, MeterState? MeterState = null,
        decimal? MaximumCapacityKw = null, string? LicenseNumber = null, string? MeterSerial = null);

    public sealed record Command(string Code, IfMatch Seen, Body Body) : ICommand<MeteringPointView>;

    public sealed record FactAdded(string Code, Body Change) : IFact
    {
        public string Subject => $"metering-point:{Code}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.From).MustBeRecent();
            RuleFor(c => c.Body.MaximumCapacityKw!.Value).MustBeCapacity().When(c => c.Body.MaximumCapacityKw is not null)
                .OverridePropertyName("Body.MaximumCapacityKw");
            RuleFor(c => c.Body.LicenseNumber).MaximumLength(40);
            RuleFor(c => c.Body.MeterSerial!).MustBeSerial().When(c => c.Body.MeterSerial is not null);
            RuleFor(c => c.Body).Must(SaysSomething).WithCode("nothing-changed");
        }

        private static bool SaysSomething(Body body) => body with { From = default } != new Body(default);
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, MeteringPointView>
    {
        public async Task<Result<MeteringPointView>> Handle(Command command, CancellationToken ct)
        {
            var body = command.Body;
            var row = await db.One<MeteringPointRow>(LockSql, new { command.Code }, ct);
            if (row is null) return MeteringErrors.PointNotFound();
            if (command.Seen.Honor(row.Version) is { } refusal) return refusal;
            var history = row.ToDomain();
            if (body.From < history.ChangeDays.Min()) return MeteringErrors.BeforeFirstFact(history.ChangeDays.Min());

            var now = After(history, clock.GetUtcNow());
            db.Write(InsertSql, new
            {
                Id = Guid.CreateVersion7(now),
                PointId = row.Id,
                body.From,
                PayerBin = body.PayerBin?.Value,
                body.PowerSource,
                body.MeterState,
                body.MaximumCapacityKw,
                body.LicenseNumber,
                body.MeterSerial,
                At = now,
                By = actor.Id,
            });
            journal.Record(new FactAdded(command.Code, body));
            var before = history.On(body.From)!;
            return new MeteringPointView(
                row.Code, row.Version + 1, row.SiteRegion, row.GridZone, row.Address, body.LicenseNumber ?? before.LicenseNumber,
                body.MaximumCapacityKw ?? before.MaximumCapacityKw, body.PayerBin?.Value ?? before.PayerBin, body.PowerSource
                    ?? before.PowerSource,
                body.MeterState ?? before.MeterState, body.MeterSerial
                    ?? history.MeterSerialOn(body.From), history.ChangeDays.Min(), body.From);
        }

        /// <summary>Of two facts for one day the later one counts, even where the clock stood still or was put back.</summary>
        private static DateTimeOffset After(MeteringPointHistory history, DateTimeOffset now)
        {
            var last = history.Facts.Max(f => f.RecordedAt);
            return now > last ? now : last.AddMicroseconds(1);
        }
    }

    public static async Task<CreatedReply<MeteringPointView>> Endpoint(string code, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(code, seen, body.Value), ct), p => $"/v1/metering-points/{p.Code}?asOf={p.AsOf:yyyy-MM-dd}");

    private const string LockSql = MeteringPointRow.Select + "WHERE p.code = @Code FOR UPDATE OF p";

    private const string InsertSql = """
        WITH point AS (UPDATE metering_points SET version = version + 1 WHERE id = @PointId)
        INSERT INTO metering_point_facts (id, metering_point_id, effective_from, payer_bin, power_source, meter_state, maximum_capacity_kw,
                                          license_number, meter_serial, recorded_at, recorded_by)
        VALUES (@Id, @PointId, @From, @PayerBin, @PowerSource, @MeterState, @MaximumCapacityKw, @LicenseNumber, @MeterSerial, @At, @By)
        """;
}
