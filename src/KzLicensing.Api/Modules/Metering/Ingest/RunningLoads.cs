using System.Collections.Concurrent;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>The files that are streaming into this process now, for whoever asks how far they are.</summary>
internal sealed class RunningLoads
{
    private readonly ConcurrentDictionary<Guid, Load> loads = new();

    /// <summary>Null when a file with this id is streaming already; to be disposed when the file is done, however it ends.</summary>
    public IDisposable? Start(Guid batchId, ReadingsFile file, string mode, DateTimeOffset at, string by)
    {
        var load = new Load(loads, batchId, file, mode, at, by);
        return loads.TryAdd(batchId, load) ? load : null;
    }

    public ReadingBatchView? Find(Guid batchId) => loads.TryGetValue(batchId, out var load) ? load.View() : null;

    private sealed record Load(ConcurrentDictionary<Guid, Load> All, Guid Id, ReadingsFile File, string Mode, DateTimeOffset At, string By)
        : IDisposable
    {
        public ReadingBatchView View() => new()
        {
            BatchId = Id,
            Status = "Running",
            Mode = Mode,
            Received = File.Received,
            Rejected = File.Rejected,
            Gaps = File.Gaps,
            Ignored = File.Ignored,
            ReceivedAt = At.UtcDateTime,
            ReceivedBy = By,
        };

        public void Dispose() => All.TryRemove(Id, out _);
    }
}
