using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Metering.Ingest;

/// <summary>What became of a file of readings, or how far it has come.</summary>
internal sealed record ReadingBatchView : IVersioned
{
    public const string Columns = """
        id AS batch_id, 'Stored' AS status, mode, received, accepted, unchanged, superseded, rejected, gaps, outdated, ignored,
        received_at, received_by
        """;

    public Guid BatchId { get; init; }

    /// <summary><c>Running</c> or <c>Stored</c>. What was refused is not kept.</summary>
    public string Status { get; init; } = "";
    public string Mode { get; init; } = "";
    public long Received { get; init; }
    public long Accepted { get; init; }
    public long Unchanged { get; init; }
    public long Superseded { get; init; }
    public long Rejected { get; init; }

    /// <summary>Hours named without a value; they are among the unchanged.</summary>
    public long Gaps { get; init; }

    /// <summary>Hours of which a newer message of the same sender had spoken; they are among the unchanged.</summary>
    public long Outdated { get; init; }
    public long Ignored { get; init; }
    public DateTime ReceivedAt { get; init; }
    public string ReceivedBy { get; init; } = "";

    /// <summary>What is stored changes no more.</summary>
    int IVersioned.Version => 1;

    /// <summary>While it runs, how far it has come.</summary>
    string? IVersioned.Face => $"{Status}-{Received}-{Rejected}-{Gaps}-{Ignored}";
}
