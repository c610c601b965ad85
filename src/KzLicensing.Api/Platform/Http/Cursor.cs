using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>
/// The places in one list under one filter, opaque to clients: the key of the last item as JSON, behind a seal over list, filter and key.
/// Only what the registry itself gave out for this very list is taken.
/// </summary>
internal sealed class Cursor(ReadOnlyMemory<byte> secret, string list)
{
    public const int DefaultLimit = 50, MaxLimit = 1000;

    /// <summary>For a list that is asked for whole; one more is looked for behind it.</summary>
    public const int NoLimit = int.MaxValue - 1;

    private const int SealBytes = 16, MaxLength = 2048;

    /// <summary>The cursor that stands behind an item.</summary>
    public string At<TKey>(TKey key)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(key, Json.Options);
        return Base64Url.EncodeToString([.. Seal(text), .. text]);
    }

    /// <summary>The key behind a cursor; null at the start of the list. Fails with <c>cursor-invalid</c>.</summary>
    public Result<TKey?> Read<TKey>(string? cursor)
    {
        if (cursor is null) return default(TKey);
        if (Opened(cursor) is not { } text) return InputErrors.CursorInvalid();
        // An earlier version of the program may have sealed another kind of key.
        var key = StrictJson.Read<TKey>(text, Json.Options);
        return key.IsFailure ? InputErrors.CursorInvalid() : key.Value;
    }

    private byte[]? Opened(string cursor)
    {
        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor)) return null;
        var bytes = Base64Url.DecodeFromChars(cursor);
        // One spelling only: blanks, padding and spare bits would make several of one cursor.
        if (bytes.Length <= SealBytes || Base64Url.EncodeToString(bytes) != cursor) return null;
        var text = bytes[SealBytes..];
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SealBytes), Seal(text)) ? text : null;
    }

    private ReadOnlySpan<byte> Seal(ReadOnlySpan<byte> key) =>
        HMACSHA256.HashData(secret.Span, [.. Encoding.UTF8.GetBytes(list), 0, .. key]).AsSpan(0, SealBytes);
}
