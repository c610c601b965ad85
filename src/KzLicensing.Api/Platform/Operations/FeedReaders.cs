using System.Collections.Concurrent;

namespace KzLicensing.Api.Platform.Operations;

/// <summary>How far each reader of a feed has come, as this process has seen it: a reader shows in the process that answered it, and after a restart when it reads again.</summary>
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
        if (readers.Count >= Most) foreach (var longest in readers.OrderBy(r => r.Value.At).Take(readers.Count - Most + 1)) readers.TryRemove(longest.Key, out _);
        readers[(feed, reader)] = (position, clock.GetUtcNow());
    }

    /// <summary>Those who have read within a week.</summary>
    public IEnumerable<(string Feed, string Reader, long Position)> Recent() =>
        readers.Where(r => clock.GetUtcNow() - r.Value.At < Absence).Select(r => (r.Key.Feed, r.Key.Reader, r.Value.Position));
}
