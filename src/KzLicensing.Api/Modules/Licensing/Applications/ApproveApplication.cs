using FluentValidation;
using KzLicensing.Api.Modules.Licensing.Capacity;
using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>A second officer decides; the license exists from that moment.</summary>
internal static class ApproveApplication
{
    public sealed record Body(DateOnly ValidFrom, string Reasons, IReadOnlyList<string>? Conditions = null);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<Response>;

    public sealed record Response(ApplicationView Application, LicenseView License) : IVersioned
    {
        int IVersioned.Version => Application.Version;
    }

    public sealed record ApplicationApproved(Guid ApplicationId, string License, string Reasons) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public sealed record LicenseIssued(string License, string Bin, decimal LicensedMw, string Region, DateOnly ValidFrom, DateOnly ValidTo) : IFact
    {
        public string Subject => $"license:{License}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Reasons).NotEmpty().MaximumLength(4_000);
            RuleForEach(c => c.Body.Conditions).NotEmpty().MaximumLength(1_000);
        }
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, LawBook lawBook, TimeProvider clock) : ICommandHandler<Command, Response>
    {
        public async Task<Result<Response>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var today = CivilTime.DayOf(now);
            var law = await lawBook.Open(ct);
            var found = await db.Lock(command.Id, command.Seen.Demand, ct);
            if (found.IsFailure) return found.Error;
            var seen = found.Value;
            var moved = seen.ToDomain().Approve(actor.Id);
            if (moved.IsFailure) return moved.Error;
            if (command.Body.ValidFrom < today) return LicensingErrors.ValidFromInPast(today);
            if (command.Body.ValidFrom > today.AddYears(1)) return LicensingErrors.ValidFromTooLate(today.AddYears(1));
            if (await db.RefuseHost(seen, command.Body.ValidFrom, ct) is { } refusal) return refusal;

            var sequence = await db.Next($"KZ-DM-{seen.Subtype}-{today.Year}", ct);
            var license = New(seen, $"KZ-DM-{seen.Subtype}-{today.Year}-{sequence:D6}", command.Body, law, now);
            var row = db.Move(seen with { DecidedAt = now.UtcDateTime }, moved.Value) with { LicenseNumber = license.Number };
            db.WriteDecision(seen, Outcome.Approve, actor.Id, command.Body.Reasons, [], now);
            db.IssueLicense(license);
            db.TakeCapacity(license, license.LicensedKw, "Granted", today, license.ValidFrom, now);
            journal.Record(new ApplicationApproved(row.Id, license.Number, command.Body.Reasons));
            journal.Record(new LicenseIssued(license.Number, license.Bin, license.LicensedKw / 1000m, license.Region, license.ValidFrom, license.ValidTo));
            return new Response(row.ToView(law, now), license.ToView(today));
        }

        /// <summary>The term is a number of years from the first day (Law 193-VII art. 9).</summary>
        private static LicenseRow New(ApplicationRow application, string number, Body decision, LawTables law, DateTimeOffset now) => new LicenseRow
        {
            Number = number,
            Version = 1,
            Subtype = application.Subtype,
            Bin = application.ApplicantBin,
            Region = application.SiteRegion,
            HostLicenseNumber = application.HostLicenseNumber,
            ValidFrom = decision.ValidFrom,
            ValidTo = decision.ValidFrom.AddYears((int)law.Required("license-term-years", decision.ValidFrom)).AddDays(-1),
            IssuedAt = now.UtcDateTime,
        }.With(application, 1, decision.ValidFrom, decision.Conditions ?? [], now);
    }

    public static async Task<Reply<Response>> Endpoint(Guid id, IfMatch seen, JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));
}
