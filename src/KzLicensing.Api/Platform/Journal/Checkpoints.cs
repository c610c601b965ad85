using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace KzLicensing.Api.Platform.Journal;

/// <summary>The journal's head as it was at a moment.</summary>
/// <param name="Hash">Lower-case hex.</param>
internal sealed record Checkpoint(long Number, string Hash, DateTimeOffset At);

/// <summary>Where signed checkpoints are kept: outside the database, or a cut tail would not be seen.</summary>
internal sealed record JournalOptions
{
    /// <summary>An append-only file; no checkpoints are written without it.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>Signs the checkpoints; at least 32 characters, from the environment or a secret file.</summary>
    public string? CheckpointKey { get; init; }
}

/// <summary>Writes and reads signed checkpoints of the journal, one a line: number, hash, time, HMAC-SHA-256.</summary>
internal sealed class Checkpoints(JournalOptions options)
{
    private readonly Lock writing = new();

    public bool Enabled => options is { CheckpointFile: not null, CheckpointKey: not null };

    /// <summary>The newest line whose signature holds.</summary>
    public Checkpoint? Newest() =>
        Enabled && File.Exists(options.CheckpointFile) ? File.ReadLines(options.CheckpointFile).Select(Parse).LastOrDefault(c => c is not null) : null;

    public void Append(Checkpoint checkpoint)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Number} {checkpoint.Hash} {checkpoint.At.UtcDateTime:O}");
        lock (writing) File.AppendAllText(options.CheckpointFile!, $"{line} {Sign(line)}\n");
    }

    private Checkpoint? Parse(string line)
    {
        var parts = line.Split(' ');
        var signed = parts.Length == 4 && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(parts[3]), Encoding.ASCII.GetBytes(Sign(string.Join(' ', parts[..3]))));
        return signed
            ? new Checkpoint(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], DateTimeOffset.Parse(parts[2], CultureInfo.InvariantCulture))
            : null;
    }

    private string Sign(string line) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.CheckpointKey!), Encoding.UTF8.GetBytes(line)));
}

/// <summary>Signs the head every minute in which it moved, and once more at the end.</summary>
internal sealed class CheckpointWriter(Checkpoints checkpoints, NpgsqlDataSource source, TimeProvider clock, ILogger<CheckpointWriter> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        if (!checkpoints.Enabled) return;
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await Sign(stopping);
        }
        catch (OperationCanceledException)
        {
            await Sign(CancellationToken.None);
        }
    }

    private async Task Sign(CancellationToken ct)
    {
        try
        {
            await using var command = source.CreateCommand("SELECT number, encode(hash, 'hex') FROM journal_head");
            await using var head = await command.ExecuteReaderAsync(ct);
            await head.ReadAsync(ct);
            var checkpoint = new Checkpoint(head.GetInt64(0), head.GetString(1), clock.GetUtcNow());
            if (checkpoint.Number != checkpoints.Newest()?.Number) checkpoints.Append(checkpoint);
        }
        catch (NpgsqlException unreachable)
        {
            log.LogWarning(unreachable, "No checkpoint of the journal was written; the next minute tries again.");
        }
    }
}
