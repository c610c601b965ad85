using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Journal;

/// <summary>
/// A place in a list over the journal, and which entry stands there: after a restored backup numbers are given again, hashes are not.
/// </summary>
/// <param name="Position">Among what one entry tells; 0 where it tells one thing.</param>
/// <param name="Entry">How the entry's hash begins; it stands for all entries before it, too.</param>
internal sealed record JournalMark(long Number, int Position, string Entry)
{
    private const int HashBytes = 8;

    private static JournalMark Beginning { get; } = new(0, 0, "");

    public static JournalMark Of(long number, byte[] hash, int position = 0) =>
        new(number, position, Convert.ToHexStringLower(hash, 0, HashBytes));

    /// <summary>
    /// Where a list goes on. Fails with <c>cursor-invalid</c>, or <c>cursor-of-another-history</c> where the journal has another entry
    /// there, or none.
    /// </summary>
    public static async Task<Result<JournalMark>> Read(Db db, Cursor list, string? cursor, CancellationToken ct)
    {
        var read = list.Read<JournalMark>(cursor);
        if (read.IsFailure) return read.Error;
        if (read.Value is not { } mark) return Beginning;
        db.Demand(mark.Number);
        var hash = await db.One<byte[]>("SELECT hash FROM journal_entries WHERE number = @Number", new { mark.Number }, ct);
        return hash is not null && Of(mark.Number, hash, mark.Position) == mark ? mark : InputErrors.CursorOfAnotherHistory();
    }
}
