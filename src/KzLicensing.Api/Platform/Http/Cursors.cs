using System.Text.Json;
using Npgsql;

namespace KzLicensing.Api.Platform.Http;

/// <summary>
/// Seals cursors under a secret that lives in the database: every process has the same one, after a restart and after a restore, too.
/// It is read before the first request comes.
/// </summary>
internal sealed class Cursors(NpgsqlDataSource source) : IHostedService
{
    private byte[] secret = [];

    /// <param name="list">The list's name.</param>
    /// <param name="filters">Every filter but the place and the page size: a cursor leads on only where it came from.</param>
    public Cursor For(string list, params object?[] filters) => new(secret, JsonSerializer.Serialize(filters.Prepend(list), Json.Options));

    public async Task StartAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(SecretSql);
        secret = (byte[])(await command.ExecuteScalarAsync(ct))!;
    }

    public Task StopAsync(CancellationToken ct) => Task.CompletedTask;

    private const string SecretSql = "SELECT secret FROM cursor_secret";
}
