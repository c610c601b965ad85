using System.Collections.Concurrent;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>How far each reader of a feed has come, as this process has seen it.</summary>
/// <remarks>A reader shows in the process that answered it, and after a restart when it reads again.</remarks>
internal sealed class FeedReaders(TimeProvider clock)
{
    public const string Licensing = "licensing", Tax = "tax";

    private const int Most = 100;
    private static readonly TimeSpan Absence = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<(string Feed, string Reader), (long Position, DateTimeOffset At)> readers = [];

    /// <param name="feed">Its short name.</param>
    /// <param name="reader">Whom the token names.</param>
    /// <param name="position">The journal's number of the last entry that the reader was sent.</param>
    public void Note(string feed, string reader, long position)
    {
        readers[(feed, reader)] = (position, clock.GetUtcNow());
        if (readers.Count <= Most) return;
        foreach (var longestGone in readers.OrderBy(r => r.Value.At).Take(readers.Count - Most)) readers.TryRemove(longestGone.Key, out _);
    }

    /// <summary>Those who have read within a week.</summary>
    public IEnumerable<(string Feed, string Reader, long Position)> Recent() =>
        readers.Where(r => clock.GetUtcNow() - r.Value.At < Absence).Select(r => (r.Key.Feed, r.Key.Reader, r.Value.Position));
}
