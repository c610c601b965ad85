using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>Tokens that were validated in the last minute: checking a signature costs more than a read from the database.</summary>
/// <remarks>Bounded. An entry lives until the token expires, at most 60 s, and not beyond the keys by which it was validated.</remarks>
internal sealed class ValidatedTokens
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>Null for a token to be validated anew.</summary>
    /// <param name="authority">As discovered now; other keys are another instance.</param>
    public AuthenticationTicket? Find(string token, OpenIdConnectConfiguration authority) =>
        entries.TryGetValue(token, out var entry) && entry.Authority == authority && entry.GoodUntil > TimeProvider.System.GetUtcNow()
            ? entry.Ticket
            : null;

    public void Keep(string token, AuthenticationTicket ticket, OpenIdConnectConfiguration authority)
    {
        if (entries.Count >= Capacity) entries.Clear();
        var now = TimeProvider.System.GetUtcNow();
        var expires = ticket.Properties.ExpiresUtc ?? now;
        entries[token] = new Entry(ticket, authority, expires < now + MaxAge ? expires : now + MaxAge);
    }

    private sealed record Entry(AuthenticationTicket Ticket, OpenIdConnectConfiguration Authority, DateTimeOffset GoodUntil);
}
