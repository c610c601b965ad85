using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace KzLicensing.Api.Platform.Identity;

/// <summary>Tokens that were validated in the last minute: checking a signature costs more than a read from the database.</summary>
/// <remarks>Bounded; an entry lives until the token expires and at most 60 s, so a withdrawn key is noticed within that minute.</remarks>
internal sealed class ValidatedTokens
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public AuthenticationTicket? Find(string token) =>
        entries.TryGetValue(token, out var entry) && entry.GoodUntil > DateTimeOffset.UtcNow ? entry.Ticket : null;

    public void Keep(string token, AuthenticationTicket ticket)
    {
        if (entries.Count >= Capacity) entries.Clear();
        var now = DateTimeOffset.UtcNow;
        var expires = ticket.Properties.ExpiresUtc ?? now;
        entries[token] = new Entry(ticket, expires < now + MaxAge ? expires : now + MaxAge);
    }

    private sealed record Entry(AuthenticationTicket Ticket, DateTimeOffset GoodUntil);
}

/// <summary>Answers from the validated tokens, and lets JwtBearer do the work for all others.</summary>
internal sealed class CachedBearer(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, ValidatedTokens validated)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "CachedBearer";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return header.Count > 1 ? AuthenticateResult.Fail("More than one Authorization header.") : AuthenticateResult.NoResult();

        var token = value[Prefix.Length..].Trim();
        if (validated.Find(token) is { } known) return AuthenticateResult.Success(known);
        var result = await Context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (result.Succeeded) validated.Keep(token, result.Ticket);
        return result;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Context.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme, properties);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Context.ForbidAsync(JwtBearerDefaults.AuthenticationScheme, properties);
}
