using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Journal;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>
/// A renewal does not end a suspension: what is left of it holds for the successor from its first day (Law 193-VII art. 9(4)).
/// </summary>
internal static class Suspensions
{
    /// <summary>Queues what the successor takes over, if anything is left on its first day.</summary>
    public static LicenseRow TakeOverSuspension(
        this Db db, JournalEntry journal, LicenseRow previous, LicenseRow successor, string by, DateTimeOffset now)
    {
        if (previous.SuspensionOn(successor.ValidFrom) is not { } left) return successor;
        var rest = left with { EffectiveFrom = successor.ValidFrom, At = now };
        journal.Record(new SuspendLicense.LicenseSuspended(successor.Number, rest.Ground!, rest.Reasons!, rest.EffectiveFrom,
            rest.EffectiveUntil!.Value));
        return db.Happen(successor, rest, by);
    }

    /// <summary>A suspension decided after the renewal reaches the successors, too.</summary>
    public static async Task SuspendSuccessors(this Db db, JournalEntry journal, LicenseRow license, string by, DateTimeOffset now,
        CancellationToken ct)
    {
        while (await db.LockSuccessor(license.Number, ct) is { } successor)
            license = db.TakeOverSuspension(journal, license, successor, by, now);
    }

    /// <summary>Calls back what the successors took over of a suspension that ends before their first day.</summary>
    /// <param name="license">As it was before it was resumed.</param>
    public static async Task ResumeSuccessors(this Db db, JournalEntry journal, LicenseRow license, string by, DateTimeOffset now,
        CancellationToken ct)
    {
        while (await db.LockSuccessor(license.Number, ct) is { } successor)
        {
            var first = successor.ValidFrom;
            if (license.SuspensionOn(first) is null || successor.SuspensionOn(first) is null) return;
            journal.Record(new ResumeLicense.LicenseResumed(successor.Number, first));
            db.Happen(successor, new LicenseEventView(Domain.Licensing.LicenseEventKind.Resumed, first, null, null, null, null, null, now),
                by);
            license = successor;
        }
    }

    private static async Task<LicenseRow?> LockSuccessor(this Db db, string number, CancellationToken ct) =>
        await db.One<Successor>(SuccessorSql, new { Number = number }, ct) is { } next
            ? await db.LockLicense(next.Number, next.ValidFrom, ct) : null;

    private sealed record Successor
    {
        public string Number { get; init; } = "";
        public DateOnly ValidFrom { get; init; }
    }

    private const string SuccessorSql = "SELECT number, valid_from FROM licenses WHERE previous_license_number = @Number";
}
