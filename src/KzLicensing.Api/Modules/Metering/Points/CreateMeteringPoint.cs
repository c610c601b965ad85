using FluentValidation;
using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Points;

/// <summary>Registers a commercial meter and everything that is true of it from a day on.</summary>
internal static class CreateMeteringPoint
{
    public sealed record Body(
        string Code, string SiteRegion, decimal MaximumCapacityKw, Bin PayerBin, PowerSource PowerSource, MeterState MeterState,
        DateOnly From,
        string? GridZone = null, string? Address = null, string? LicenseNumber = null, string? MeterSerial = null);

    public sealed record Command(Body Body) : ICommand<MeteringPointView>;

    public sealed record MeteringPointCreated(string Code, Body Content) : IFact
    {
        public string Subject => $"metering-point:{Code}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Code).NotEmpty().MaximumLength(MeteringPointCodes.MaxLength)
                .Matches(@"^\.{0,2}[A-Za-z0-9_-][A-Za-z0-9._-]*\z");
            RuleFor(c => c.Body.SiteRegion).Matches(Patterns.Region);
            RuleFor(c => c.Body.GridZone).OneOf(Patterns.GridZones);
            RuleFor(c => c.Body.Address).MaximumLength(500);
            RuleFor(c => c.Body.LicenseNumber).MaximumLength(40);
            RuleFor(c => c.Body.MeterSerial!).MustBeSerial().When(c => c.Body.MeterSerial is not null);
            RuleFor(c => c.Body.MaximumCapacityKw).MustBeCapacity();
            RuleFor(c => c.Body.From).MustBeRecent();
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock)
        : ICommandHandler<Command, MeteringPointView>
    {
        public async Task<Result<MeteringPointView>> Handle(Command command, CancellationToken ct)
        {
            var body = command.Body;
            var law = await lawBook.Open(ct);
            if (law.Region(body.SiteRegion, body.From) is not { } region) return LicensingErrors.RegionUnknown(body.SiteRegion, body.From);

            var now = clock.GetUtcNow();
            db.Write(InsertSql, new
            {
                body.Code,
                body.SiteRegion,
                GridZone = body.GridZone ?? region.GridZone,
                body.Address,
                FactId = Guid.CreateVersion7(now),
                body.From,
                PayerBin = body.PayerBin.Value,
                body.PowerSource,
                body.MeterState,
                body.MaximumCapacityKw,
                body.LicenseNumber,
                body.MeterSerial,
                At = now,
                By = actor.Id,
            });
            journal.Record(new MeteringPointCreated(body.Code, body));
            return new MeteringPointView(
                body.Code, 1, body.SiteRegion, body.GridZone ?? region.GridZone, body.Address, body.LicenseNumber, body.MaximumCapacityKw,
                body.PayerBin.Value, body.PowerSource, body.MeterState, body.MeterSerial, body.From, body.From);
        }
    }

    public static async Task<CreatedReply<MeteringPointView>> Endpoint(JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(body.Value), ct), p => $"/v1/metering-points/{p.Code}");

    private const string InsertSql = """
        WITH point AS (
            INSERT INTO metering_points (code, version, site_region, grid_zone, address, created_at, created_by)
            VALUES (@Code, 1, @SiteRegion, @GridZone, @Address, @At, @By)
            RETURNING id)
        INSERT INTO metering_point_facts (id, metering_point_id, effective_from, payer_bin, power_source, meter_state, maximum_capacity_kw,
                                          license_number, meter_serial, recorded_at, recorded_by)
        SELECT @FactId, point.id, @From, @PayerBin, @PowerSource, @MeterState, @MaximumCapacityKw, @LicenseNumber, @MeterSerial, @At, @By
               FROM point
        """;
}
