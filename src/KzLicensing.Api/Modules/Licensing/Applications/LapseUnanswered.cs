using KzLicensing.Api.Platform.Clock;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using Npgsql;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>An application whose questions stay unanswered lapses on the day after the last day for the answer.</summary>
internal sealed class LapseUnanswered(NpgsqlDataSource source, LawBook lawBook, TimeProvider clock) : IDueJob
{
    public sealed record ApplicationLapsed(Guid ApplicationId, DateOnly RespondBy) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    public async Task Run(DateTimeOffset now, CancellationToken ct)
    {
        foreach (var id in await Due(now, ct)) await Lapse(id, now, ct);
    }

    private async Task<List<Guid>> Due(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = new Db(source, Actor.Registry);
        return await db.Many<Guid>(DueSql, new { Today = CivilTime.DayOf(now) }, ct);
    }

    /// <summary>
    /// Each in its own transaction. Whoever holds it is waited for: an answer that comes too late must not keep it alive.
    /// </summary>
    private async Task Lapse(Guid id, DateTimeOffset now, CancellationToken ct)
    {
        await using var db = new Db(source, Actor.Registry);
        db.BeginCommand();
        // Read only when the lock is held: the request belongs to another table, and may have been answered meanwhile.
        await db.Lock(id, _ => null, ct);
        var row = await db.One<ApplicationRow>(DueRowSql, new { Id = id, Today = CivilTime.DayOf(now) }, ct);
        var lapsed = row?.ToDomain().Lapse();
        if (row is null || lapsed!.Value.IsFailure)
        {
            await db.Rollback();
            return;
        }

        var journal = new JournalEntry(Actor.Registry, clock);
        journal.Record(new ApplicationLapsed(row.Id, row.Rounds()[^1].RespondBy));
        db.Move(journal, row, row, lapsed.Value.Value, await lawBook.Open(ct), now);
        journal.Append(db, "LapseApplication");
        await db.Commit(ct);
    }

    private const string DueSql = """
        SELECT i.application_id
          FROM information_requests i JOIN permit_applications p ON p.id = i.application_id
         WHERE i.closed_at IS NULL AND i.respond_by < @Today AND p.status = 'InformationRequested'
         ORDER BY i.respond_by, i.application_id
        """;

    private const string DueRowSql = ApplicationRow.Select + """
         WHERE a.id = @Id
           AND EXISTS (SELECT FROM information_requests i WHERE i.application_id = a.id AND i.closed_at IS NULL AND i.respond_by < @Today)
        """;
}
