using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api.Platform.Journal;

/// <summary>The journal's head as it was at a moment.</summary>
/// <param name="Hash">Lower-case hex.</param>
internal sealed record Checkpoint(long Number, string Hash, DateTimeOffset At)
{
    public JournalPlace Place => new(Number, Convert.FromHexString(Hash));
}

/// <summary>Where signed checkpoints are kept: outside the database, or a cut tail would not be seen.</summary>
internal sealed record JournalOptions
{
    private const int LeastKey = 32;

    /// <summary>An append-only file; no checkpoints are written without it.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>Signs the checkpoints; at least 32 characters, from the environment or a secret file.</summary>
    public string? CheckpointKey { get; init; }

    public static JournalOptions Read(Settings settings)
    {
        var options = settings.Section<JournalOptions>("Journal");
        settings.Demand(options.CheckpointFile is null
            || options.CheckpointKey is not null, "Journal__CheckpointKey", "is not set: Journal__CheckpointFile needs one");
        settings.Demand(options.CheckpointKey is null
            || options.CheckpointFile is not null, "Journal__CheckpointFile", "is not set: Journal__CheckpointKey signs it");
        settings.Demand(options.CheckpointKey is null or { Length: >= LeastKey }, "Journal__CheckpointKey",
            $"takes at least {LeastKey} characters");
        if (options.CheckpointFile is not null) settings.Try(new Checkpoints(options).DemandWritable);
        return options;
    }
}

/// <summary>The file of signed checkpoints, one a line: number, hash, time, HMAC-SHA-256.</summary>
internal sealed class Checkpoints(JournalOptions options)
{
    public const string Gone = "The configured checkpoint file is gone.";

    /// <summary>More than a line ever takes.</summary>
    private const int Tail = 512;

    private readonly Lock use = new();

    public bool Enabled => options.CheckpointFile is not null;

    public bool Exists => File.Exists(Path);

    private string Path => options.CheckpointFile!;

    /// <exception cref="InvalidOperationException">The file, or one in its place, cannot be written.</exception>
    public void DemandWritable()
    {
        try
        {
            using var probe = Exists
                ? new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
                : new FileStream(Path + ".probe", FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Journal__CheckpointFile cannot be written: {refused.Message}");
        }
    }

    /// <summary>An empty file, unless there is one: from here on one that is gone is noticed.</summary>
    public void Begin()
    {
        DemandWritable();
        new FileStream(Path, FileMode.Append).Dispose();
    }

    public void Append(Checkpoint checkpoint)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Number} {checkpoint.Hash} {checkpoint.At.UtcDateTime:O}");
        lock (use) File.AppendAllText(Path, $"{line} {Sign(line)}\n");
    }

    /// <summary>The last line; null in an empty file.</summary>
    /// <exception cref="InvalidDataException">It is incomplete, was not signed with the key, or is an earlier line once more.</exception>
    public Checkpoint? Newest()
    {
        lock (use)
        {
            using var file = Open();
            if (file.Length == 0) return null;
            file.Seek(-Math.Min(Tail, file.Length), SeekOrigin.End);
            using var reader = new StreamReader(file, Encoding.ASCII);
            var tail = reader.ReadToEnd();
            var lines = tail.EndsWith('\n') ? tail[..^1].Split('\n') : [""];
            var newest = Parse(lines[^1]) ?? throw new InvalidDataException(Damaged("The last line"));
            return lines.Length < 2 || Follows(Parse(lines[^2]), newest)
                ? newest
                : throw new InvalidDataException(OutOfOrder("The last line"));
        }
    }

    /// <summary>Every line from the first to the last.</summary>
    /// <exception cref="InvalidDataException">
    /// A line is incomplete, was not signed with the key, or does not follow from the one before it.
    /// </exception>
    public IEnumerable<Checkpoint> All()
    {
        using var file = Open();
        using var reader = new StreamReader(file, Encoding.ASCII);
        Checkpoint? before = null;
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            var read = Parse(text) ?? throw new InvalidDataException(Damaged($"Line {line}"));
            yield return Follows(before, read) ? before = read : throw new InvalidDataException(OutOfOrder($"Line {line}"));
        }

        lock (use) Newest();
    }

    private FileStream Open() => new(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    private static string Damaged(string line) =>
        $"{line} of the checkpoint file is incomplete, or was not signed with the checkpoint key.";

    private static string OutOfOrder(string line) => $"{line} of the checkpoint file is not of a later entry than the line before it.";

    /// <summary>
    /// A line is written only when the head has moved: an earlier one that comes once more was put there by somebody else.
    /// </summary>
    private static bool Follows(Checkpoint? before, Checkpoint after) => before is null || before.Number < after.Number;

    private Checkpoint? Parse(string line)
    {
        var parts = line.Split(' ');
        return parts.Length == 4 && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(parts[3]),
            Encoding.ASCII.GetBytes(Sign(string.Join(' ', parts[..3]))))
            ? new Checkpoint(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1],
                DateTimeOffset.Parse(parts[2], CultureInfo.InvariantCulture))
            : null;
    }

    private string Sign(string line) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.CheckpointKey!), Encoding.UTF8.GetBytes(line)));
}
