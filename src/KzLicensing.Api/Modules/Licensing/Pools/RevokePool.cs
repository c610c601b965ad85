using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Pools;

/// <summary>The ministry takes a pool's accreditation back from a day on.</summary>
internal static class RevokePool
{
    public sealed record Body(DateOnly From, string Act);

    public sealed record Command(Guid Id, IfMatch Seen, Body Body) : ICommand<PoolView>;

    public sealed record PoolRevoked(Guid PoolId, DateOnly From, string Act) : IFact
    {
        public string Subject => $"pool:{PoolId}";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Body.Act).NotEmpty().MaximumLength(200);
    }

    public sealed class Handler(Db db, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, PoolView>
    {
        public async Task<Result<PoolView>> Handle(Command command, CancellationToken ct)
        {
            var (from, act) = (command.Body.From, command.Body.Act);
            var pool = await db.One<PoolView>(LockSql, new { command.Id }, ct);
            if (pool is null) return PoolErrors.NotFound();
            if (command.Seen.Demand(pool.Version) is { } unseen) return unseen;
            if (pool.RevokedFrom is { } revoked) return PoolErrors.RevokedAlready(revoked);
            if (from < pool.AccreditedFrom || from > pool.AccreditedTo) return PoolErrors.OutsideAccreditation();

            db.Write(RevokeSql, new { command.Id, From = from, Act = act });
            journal.Record(new PoolRevoked(command.Id, from, act));
            return (pool with { Version = pool.Version + 1, RevokedFrom = from, RevocationAct = act })
                .On(CivilTime.DayOf(clock.GetUtcNow()));
        }
    }

    public static async Task<Reply<PoolView>> Endpoint(Guid id, IfMatch seen, JsonBody<Body> body, IMediator mediator,
        CancellationToken ct) =>
        new(await mediator.Send(new Command(id, seen, body.Value), ct));

    private const string LockSql = PoolView.Select + "WHERE p.id = @Id FOR UPDATE";

    private const string RevokeSql = "UPDATE pools SET version = version + 1, revoked_from = @From, revocation_act = @Act WHERE id = @Id";
}
