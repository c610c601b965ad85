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
        while (await LapseOne(now, ct)) { }
    }

    /// <summary>Each in its own transaction; one that another process holds is left to it.</summary>
    private async Task<bool> LapseOne(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = new Db(source, Actor.Registry);
        db.BeginCommand();
        var row = await db.One<ApplicationRow>(NextSql, new { Today = CivilTime.DayOf(now) }, ct);
        var lapsed = row?.ToDomain().Lapse();
        if (row is null || lapsed!.Value.IsFailure)
        {
            await db.Rollback();
            return false;
        }

        var journal = new JournalEntry(Actor.Registry, clock);
        journal.Record(new ApplicationLapsed(row.Id, row.Rounds()[^1].RespondBy));
        db.Move(journal, row, row, lapsed.Value.Value, await lawBook.Open(ct), now);
        journal.Append(db, "LapseApplication");
        await db.Commit(ct);
        return true;
    }

    private const string NextSql = ApplicationRow.Select + """
         WHERE a.id = (SELECT i.application_id
                         FROM information_requests i JOIN permit_applications p ON p.id = i.application_id
                        WHERE i.closed_at IS NULL AND i.respond_by < @Today AND p.status = 'InformationRequested'
                        LIMIT 1 FOR UPDATE OF p SKIP LOCKED)
        """;
}
