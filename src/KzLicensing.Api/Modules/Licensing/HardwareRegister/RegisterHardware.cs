using FluentValidation;
using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.HardwareRegister;

/// <summary>
/// The licensee puts machines on its license from a day on; a machine that is on it already is described anew from that day.
/// </summary>
internal static class RegisterHardware
{
    public sealed record Body(DateOnly From, IReadOnlyList<HardwareUnit> Units);

    public sealed record Command(string Number, Body Body) : ICommand<Response>;

    /// <param name="Registered">Units that were new or are described anew; the others were there in just this way.</param>
    public sealed record Response(string LicenseNumber, DateOnly From, int Registered, int Unchanged);

    public sealed record HardwareRegistered(string License, DateOnly From, int Unchanged, IReadOnlyList<HardwareUnit> Units) : IFact
    {
        public string Subject => $"license:{License}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.From).MustBeRecent();
            RuleFor(c => c.Body.Units).MustBeSomeUnits()
                .NoneTwice(u => HardwareRules.Key(u.Maker, u.Serial));
            RuleFor(c => c.Body.Units).Each(unit =>
            {
                unit.RuleFor(u => u.Maker).MustBeMaker();
                unit.RuleFor(u => u.Model).NotEmpty().MaximumLength(100);
                unit.RuleFor(u => u.Serial).MustBeSerial();
                unit.RuleFor(u => u.HashRateThs).GreaterThan(0).LessThan(1_000_000).PrecisionScale(9, 3, true);
                unit.RuleFor(u => u.PowerW).GreaterThan(0).LessThan(10_000_000).PrecisionScale(10, 3, true);
            });
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, Response>
    {
        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var (now, from) = (clock.GetUtcNow(), command.Body.From);
            var license = await db.LockLicense(command.Number, from, ct);
            if (license is null) return LicensingErrors.LicenseNotFound(command.Number);
            var status = license.Term().StatusOn(from);
            if (status is not (LicenseStatus.Active or LicenseStatus.Suspended)) return HardwareErrors.LicenseNotInForce(from, status);

            var until = license.HeldUntil();
            var keys = command.Body.Units.Select(u => HardwareRules.Key(u.Maker, u.Serial)).ToArray();
            await db.One<bool>(TurnSql, new { }, ct);
            var elsewhere = await db.Many<string>(ElsewhereSql, new { command.Number, Keys = keys, From = from, Until = until }, ct);
            if (elsewhere.Count > 0) return HardwareErrors.OnAnotherLicense(elsewhere);
            var own = await db.Many<Row>(OwnSql, new { command.Number, Keys = keys, From = from }, ct);
            var later = own.Where(u => u.RegisteredFrom > from).Select(u => u.Serial).ToList();
            if (later.Count > 0) return HardwareErrors.RegisteredLater(later);

            var unchanged = own.Select(u => u.Described()).ToHashSet();
            var changed = command.Body.Units.Where(u => !unchanged.Contains(Tidy(u))).ToList();
            Write(command.Number, changed, from, until, now);
            journal.Record(new HardwareRegistered(command.Number, from, command.Body.Units.Count - changed.Count, changed));
            return new Response(command.Number, from, changed.Count, command.Body.Units.Count - changed.Count);
        }

        private void Write(string license, List<HardwareUnit> units, DateOnly from, DateOnly until, DateTimeOffset now)
        {
            db.Write(CloseSql,
                new { Number = license, Keys = units.ConvertAll(u => HardwareRules.Key(u.Maker, u.Serial)).ToArray(), From = from });
            db.Write(InsertSql, new
            {
                Ids = units.ConvertAll(_ => Guid.CreateVersion7(now)).ToArray(),
                Number = license,
                Makers = units.ConvertAll(u => u.Maker).ToArray(),
                Models = units.ConvertAll(u => u.Model).ToArray(),
                Serials = units.ConvertAll(u => u.Serial).ToArray(),
                HashRates = units.ConvertAll(u => u.HashRateThs).ToArray(),
                Powers = units.ConvertAll(u => u.PowerW).ToArray(),
                From = from,
                Until = until,
                At = now,
                By = actor.Id,
            });
        }
    }

    public static async Task<Reply<Response>> Endpoint(string number, JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(number, body.Value), ct));

    /// <summary>Two descriptions of one machine are the same whatever the letter case of what tells it.</summary>
    private static HardwareUnit Tidy(HardwareUnit unit) =>
        unit with { Maker = unit.Maker.ToLowerInvariant(), Serial = unit.Serial.ToLowerInvariant() };

    private sealed record Row
    {
        public string Maker { get; init; } = "";
        public string Model { get; init; } = "";
        public string Serial { get; init; } = "";
        public decimal HashRateThs { get; init; }
        public decimal PowerW { get; init; }
        public DateOnly RegisteredFrom { get; init; }

        public HardwareUnit Described() => Tidy(new HardwareUnit(Maker, Model, Serial, HashRateThs, PowerW));
    }

    // One registration at a time: two that want the same machine see each other, and none of them waits for a deadlock.
    private const string TurnSql = "SELECT pg_advisory_xact_lock(hashtext('hardware_units')) IS NULL";

    private const string ElsewhereSql = "SELECT machines_elsewhere(@Number, @Keys, @From, @Until)";

    private const string OwnSql = """
        SELECT maker, model, serial, hash_rate_ths, power_w, registered_from
          FROM hardware_units
         WHERE license_number = @Number AND machine = ANY (@Keys) AND registered_until > @From AND registered_from < registered_until
         ORDER BY machine
        """;

    private const string CloseSql = """
        UPDATE hardware_units SET registered_until = @From
         WHERE license_number = @Number AND machine = ANY (@Keys) AND registered_from <= @From AND @From < registered_until
        """;

    private const string InsertSql = """
        INSERT INTO hardware_units (id, license_number, maker, model, serial, hash_rate_ths, power_w, registered_from, registered_until,
                                    recorded_at, recorded_by)
        SELECT u.id, @Number, u.maker, u.model, u.serial, u.hash_rate_ths, u.power_w, @From, @Until, @At, @By
          FROM unnest(@Ids, @Makers, @Models, @Serials, @HashRates, @Powers) AS u(id, maker, model, serial, hash_rate_ths, power_w)
        """;
}
