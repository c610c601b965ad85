using KzLicensing.Api.Platform.Database;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Modules.Licensing.Applications;

/// <summary>How every transition begins and ends: lock and check the version, then write the next state.</summary>
internal static class Applications
{
    /// <summary>The application, locked until the command ends. Absent and foreign look the same.</summary>
    public static async Task<Result<ApplicationRow>> Lock(this Db db, Guid id, Func<int, Error?> seen, CancellationToken ct)
    {
        var row = await db.One<ApplicationRow>(LockSql, new { Id = id }, ct);
        if (row is null) return LicensingErrors.ApplicationNotFound();
        return seen(row.Version) is { } refusal ? refusal : row;
    }

    /// <summary>Queues the move into another state; the version counts up with it.</summary>
    public static ApplicationRow Move(this Db db, ApplicationRow row, ApplicationStatus to)
    {
        var moved = row with { Status = to, Version = row.Version + 1 };
        db.Write(MoveSql, moved);
        return moved;
    }

    private const string LockSql = ApplicationRow.Select + "WHERE a.id = @Id FOR UPDATE OF a";

    private const string MoveSql = """
        UPDATE permit_applications
           SET status = @Status, version = @Version, submitted_at = @SubmittedAt, submitted_by = @SubmittedBy, assigned_to = @AssignedTo,
               decided_at = @DecidedAt
         WHERE id = @Id
        """;
}
