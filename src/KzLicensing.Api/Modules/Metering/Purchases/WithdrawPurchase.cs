using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>
/// Withdraws a purchase that was recorded in error: it stays readable and no longer counts. The right one is recorded under another
/// reference.
/// </summary>
internal static class WithdrawPurchase
{
    public sealed record Body(string Reason);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<PurchaseView>;

    public sealed record PurchaseWithdrawn(Guid PurchaseId, string MeteringPoint, string Reason) : IFact
    {
        public string Subject => $"metering-point:{MeteringPoint}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Body.Reason).NotEmpty().MaximumLength(1_000);
    }

    public sealed class Handler(Db db, Actor actor, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, PurchaseView>
    {
        public async Task<Result<PurchaseView>> Handle(Command command, CancellationToken ct)
        {
            var purchase = await db.One<PurchaseView>(Sql, new { command.Id, By = actor.Id }, ct);
            if (purchase is null) return MeteringErrors.PurchaseNotFound();
            if (command.Seen.Honor(((IVersioned)purchase).Version) is { } stale) return stale;
            if (purchase.WithdrawnAt is not null) return MeteringErrors.PurchaseWithdrawn();

            var (reason, now) = (command.Body.Reason, clock.GetUtcNow());
            db.Write(InsertSql, new { command.Id, Reason = reason, At = now, By = actor.Id });
            journal.Record(new PurchaseWithdrawn(command.Id, purchase.MeteringPoint, reason));
            return purchase with { WithdrawnAt = now.UtcDateTime, WithdrawnBy = actor.Id, WithdrawalReason = reason };
        }
    }

    public static async Task<Reply<PurchaseView>> Endpoint(Guid id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));

    // A payer takes back what it recorded itself; what the grid operator recorded is the operator's to withdraw.
    private const string Sql = PurchaseView.Select + "WHERE " + PurchaseView.Visible + """
           AND b.id = @Id AND (current_setting('registry.row_scope', true) = '*' OR b.recorded_by = @By)
        """;

    private const string InsertSql =
        "INSERT INTO electricity_purchase_withdrawals (purchase_id, reason, at, by) VALUES (@Id, @Reason, @At, @By)";
}
