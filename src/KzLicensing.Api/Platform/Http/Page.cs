namespace KzLicensing.Api.Platform.Http;

/// <summary>One page of a list; the cursor leads to the next one and is null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>From one row more than the page takes: the extra row only tells that there is a next page.</summary>
    public static Page<T> Of<TKey>(List<T> rows, int limit, Cursor cursor, Func<T, TKey> key)
    {
        if (rows.Count <= limit) return new Page<T>(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, cursor.At(key(rows[^1])));
    }
}
