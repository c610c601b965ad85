using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Capacity;

/// <summary>
/// Replaces the capacity ceilings. One below what is allocated needs a first day, today or later, from which nothing more is granted.
/// </summary>
internal static class ReplaceCeilings
{
    public sealed record Body(IReadOnlyList<Ceiling> Items);

    public sealed record Command(IfMatch Seen, Body Body) : ICommand<CeilingsView>;

    public sealed record CeilingsReplaced(IReadOnlyList<Ceiling> Items) : IFact
    {
        public string Subject => "capacity:ceilings";
    }

    public sealed class Validator : AbstractValidator<Command>
    {
        private const decimal MaxMw = 1_000_000;

        public Validator() => RuleFor(c => c.Body.Items).Each(ceiling =>
        {
            ceiling.RuleFor(c => c.Scope).Matches(Patterns.Scope);
            ceiling.RuleFor(c => c.Mw).InclusiveBetween(0, MaxMw).PrecisionScale(10, 3, true);
            ceiling.RuleFor(c => c.EffectiveTo).GreaterThanOrEqualTo(c => c.EffectiveFrom);
        });
    }

    public sealed class Handler(Db db, JournalEntry journal, TimeProvider clock) : ICommandHandler<Command, CeilingsView>
    {
        public async Task<Result<CeilingsView>> Handle(Command command, CancellationToken ct)
        {
            var version = await db.One<int>(LockSql, new { }, ct);
            if (command.Seen.Demand(version) is { } refusal) return refusal;

            var items = command.Body.Items;
            var rows = new
            {
                Scopes = items.Select(c => c.Scope).ToArray(),
                Froms = items.Select(c => c.EffectiveFrom).ToArray(),
                Tos = items.Select(c => c.EffectiveTo).ToArray(),
                Kws = items.Select(c => (int)(c.Mw * 1000)).ToArray(),
                Today = CivilTime.DayOf(clock.GetUtcNow()),
            };
            if (await db.One<Allocated>(BelowSql, rows, ct) is { } below)
                return LicensingErrors.CeilingBelowAllocated(below.Scope, below.Kw / 1000m);
            db.Write(DeleteSql, new { });
            db.Write(InsertSql, rows);
            journal.Record(new CeilingsReplaced(items));
            return new CeilingsView([.. items.OrderBy(c => c.Scope, StringComparer.Ordinal).ThenBy(c => c.EffectiveFrom)], null,
                version + 1);
        }
    }

    public static async Task<Reply<CeilingsView>> Endpoint(IfMatch seen, JsonBody<Body> body, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Command(seen, body.Value), ct));

    private sealed record Allocated
    {
        public string Scope { get; init; } = "";
        public long Kw { get; init; }
    }

    // Whoever moves capacity holds this row: no grant sees half of a change.
    private const string LockSql = "SELECT version FROM capacity_plan FOR NO KEY UPDATE";

    // On the days of the ceiling itself. One that stood before may have been overtaken by a date; it is not lowered by being sent again.
    private const string BelowSql = """
        SELECT n.scope, g.kw
          FROM unnest(@Scopes, @Froms, @Tos, @Kws) AS n(scope, effective_from, effective_to, kw),
               LATERAL (SELECT max(d.kw) AS kw FROM capacity_granted(n.scope) d
                         WHERE d.until_day > @Today AND (n.effective_to IS NULL OR d.from_day <= n.effective_to)) AS g
         WHERE n.effective_from < @Today AND (n.effective_to IS NULL OR n.effective_to >= @Today)
           AND g.kw > n.kw
           AND NOT EXISTS (SELECT FROM capacity_ceilings c WHERE c.scope = n.scope AND c.effective_from = n.effective_from AND c.kw = n.kw)
         LIMIT 1
        """;

    private const string DeleteSql = "DELETE FROM capacity_ceilings";

    private const string InsertSql = """
        WITH plan AS (UPDATE capacity_plan SET version = version + 1)
        INSERT INTO capacity_ceilings (scope, effective_from, effective_to, kw)
        SELECT * FROM unnest(@Scopes, @Froms, @Tos, @Kws)
        """;
}
