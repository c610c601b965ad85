using FluentValidation;
using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.HardwareRegister;

/// <summary>The licensee takes machines off its license from a day on; all of them, or none.</summary>
internal static class RemoveHardware
{
    public sealed record Body(DateOnly From, IReadOnlyList<Machine> Units);

    public sealed record Command(string Number, Body Body) : ICommand<Response>;

    public sealed record Response(string LicenseNumber, DateOnly From, int Removed);

    public sealed record HardwareRemoved(string License, DateOnly From, IReadOnlyList<Machine> Units) : IFact
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
                unit.RuleFor(u => u.Serial).MustBeSerial();
            });
        }
    }

    public sealed class Handler(Db db, JournalEntry journal) : ICommandHandler<Command, Response>
    {
        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var (from, units) = (command.Body.From, command.Body.Units);
            if (await db.LockLicense(command.Number, from, ct) is null) return LicensingErrors.LicenseNotFound(command.Number);
            var keys = units.Select(u => HardwareRules.Key(u.Maker, u.Serial)).ToArray();
            var removed = (await db.Many<string>(RemoveSql, new { command.Number, Keys = keys, From = from }, ct)).ToHashSet();
            var absent = units.Where(u => !removed.Contains(HardwareRules.Key(u.Maker, u.Serial))).Select(u => u.Serial).ToList();
            if (absent.Count > 0) return HardwareErrors.NotRegistered(absent);
            journal.Record(new HardwareRemoved(command.Number, from, units));
            return new Response(command.Number, from, removed.Count);
        }
    }

    public static async Task<Reply<Response>> Endpoint(string number, JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(number, body.Value), ct));

    private const string RemoveSql = """
        UPDATE hardware_units SET registered_until = @From
         WHERE license_number = @Number AND machine = ANY (@Keys) AND registered_from <= @From AND @From < registered_until
        RETURNING machine
        """;
}
