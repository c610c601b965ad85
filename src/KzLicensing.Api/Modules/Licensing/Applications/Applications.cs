using KzLicensing.Api.Modules.Licensing.Capacity;
using KzLicensing.Api.Modules.Licensing.Licenses;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.Law;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>How every transition begins and ends: lock and check the version, then write the next state.</summary>
internal static class Applications
{
    public sealed record ApplicationMoved(Guid ApplicationId, IReadOnlyList<Change> Changes) : IFact
    {
        public string Subject => $"application:{ApplicationId}";
    }

    /// <summary>The application and the license that it follows, locked until the command ends. Absent and foreign look the same.</summary>
    public static async Task<Result<ApplicationRow>> Lock(this Db db, Guid id, Func<int, Error?> seen, CancellationToken ct)
    {
        var row = await db.One<ApplicationRow>(LockSql, new { Id = id }, ct);
        if (row is null) return LicensingErrors.ApplicationNotFound();
        // Whatever an open renewal keeps belongs to its license.
        if (row is { Kind: not ApplicationKind.New, PreviousLicenseNumber: { } previous }) await db.HoldLicense(previous, ct);
        return seen(row.Version) is { } refusal ? refusal : row;
    }

    /// <summary>
    /// Queues the move into another state: the version counts up, the due day follows, and what ends lets go of what it held.
    /// </summary>
    /// <param name="before">As it was locked.</param>
    /// <param name="after">With what the use case changed.</param>
    public static ApplicationRow Move(
        this Db db, JournalEntry journal, ApplicationRow before, ApplicationRow after, ApplicationStatus to, LawTables law,
        DateTimeOffset now)
    {
        var ends = to is ApplicationStatus.Approved or ApplicationStatus.Refused or ApplicationStatus.Withdrawn or ApplicationStatus.Lapsed;
        if (ends && before.Status is ApplicationStatus.InformationRequested) after = db.CloseRound(after, to, now);
        var moved = after with { Status = to, Version = before.Version + 1, ClosedAt = ends ? now.UtcDateTime : null };
        var term = moved.Term(law, now);
        moved = moved with { DueOn = term?.DueOn, WorkingDaysUsed = ends ? term?.WorkingDaysUsed : null };
        db.Write(MoveSql, moved);
        journal.Record(new ApplicationMoved(moved.Id, Change.Between(Tracked(before), Tracked(moved))));
        if (ends && moved is { Kind: ApplicationKind.Renewal, SubmittedAt: not null })
            db.ReleaseReservation(moved.PreviousLicenseNumber!, CivilTime.DayOf(now), now);
        return moved;
    }

    /// <summary>The questions stay unanswered.</summary>
    private static ApplicationRow CloseRound(this Db db, ApplicationRow row, ApplicationStatus to, DateTimeOffset now)
    {
        var rounds = row.Rounds();
        var end = to is ApplicationStatus.Lapsed ? InformationEnd.Lapsed : InformationEnd.Withdrawn;
        db.Write(CloseRoundSql, new { row.Id, End = end, At = now });
        return row.With([.. rounds.SkipLast(1), rounds[^1] with { ClosedAt = now, ClosedAs = end }]);
    }

    /// <summary>What history tells of a transition.</summary>
    private static object Tracked(ApplicationRow row) => new { row.Status, row.AssignedTo, row.DueOn };

    private const string LockSql = ApplicationRow.Select + "WHERE a.id = @Id AND " + ApplicationRow.Visible + " FOR NO KEY UPDATE OF a";

    private const string CloseRoundSql = """
        UPDATE information_requests SET closed_at = @At, closed_as = @End WHERE application_id = @Id AND closed_at IS NULL
        """;

    private const string MoveSql = """
        UPDATE permit_applications
           SET status = @Status, version = @Version, submitted_at = @SubmittedAt, submitted_by = @SubmittedBy, assigned_to = @AssignedTo,
               closed_at = @ClosedAt, due_on = @DueOn, working_days_used = @WorkingDaysUsed
         WHERE id = @Id
        """;
}
