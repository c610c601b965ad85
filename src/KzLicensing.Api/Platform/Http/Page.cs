using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>One page of a list; the cursor leads to the next one and is null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>From one row more than the page takes: the extra row only tells that there is a next page.</summary>
    public static Page<T> Of(List<T> rows, int limit, string filter, Func<T, string> key)
    {
        if (rows.Count <= limit) return new Page<T>(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, Cursor.Of(filter, key(rows[^1])));
    }
}

/// <summary>The place in a list, opaque to clients and bound to the list's filter; an altered one is refused.</summary>
internal static class Cursor
{
    public const int DefaultLimit = 50, MaxLimit = 1000;
    private const int MarkBytes = 6;

    public static string Of(string filter, string key)
    {
        var text = Encoding.UTF8.GetBytes(key);
        return Base64Url.EncodeToString([.. Mark(filter, text), .. text]);
    }

    /// <summary>The key behind a cursor; null at the start of the list. Fails with <c>cursor-invalid</c>.</summary>
    public static Result<string?> Read(string? cursor, string filter)
    {
        if (cursor is null) return (string?)null;
        if (cursor.Length > 1024 || !Base64Url.IsValid(cursor)) return InputErrors.CursorInvalid();
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length < MarkBytes || !bytes.AsSpan(0, MarkBytes).SequenceEqual(Mark(filter, bytes.AsSpan(MarkBytes)))) return InputErrors.CursorInvalid();
        return Encoding.UTF8.GetString(bytes, MarkBytes, bytes.Length - MarkBytes);
    }

    /// <summary>What a cursor is bound to: the list's name and every filter but the place and the page size.</summary>
    public static string Filter(string list, params object?[] filters) => JsonSerializer.Serialize(filters.Prepend(list), Json.Options);

    private static ReadOnlySpan<byte> Mark(string filter, ReadOnlySpan<byte> key) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(filter), 0, .. key]).AsSpan(0, MarkBytes);
}
