using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Api.Modules.Assessments.Runs;

internal enum RunStatus
{
    Queued,
    Running,
    Completed,
    Failed,
    Canceled,
}

/// <summary>A run over a quarter: how far it is, what it found, whose assessment moved most.</summary>
/// <param name="Failures">Payers that could not be assessed, and why; the run goes on without them.</param>
/// <param name="Failure">Why the run as a whole failed.</param>
internal sealed record RunView(
    Guid Id, int Version, string Period, Instrument Instrument, RunStatus Status, RunProgress Progress, RunTotals Totals,
    string? InputFingerprint,
    IReadOnlyList<RunMover> TopMovers, IReadOnlyList<RunFailure> Failures, string RequestedBy, DateTimeOffset RequestedAt,
    DateTimeOffset? FinishedAt,
    string? Failure) : IVersioned;

internal sealed record RunProgress(int Done, int Total);

/// <param name="Unchanged">Payers whose result equals the assessment in force.</param>
/// <param name="NothingDue">Payers with nothing to assess in this quarter.</param>
internal sealed record RunTotals(int Drafted, int Unchanged, int NothingDue, int Failed, decimal TotalKzt);

internal sealed record RunMover(string PayerBin, decimal TotalKzt, decimal DeltaKzt);

internal sealed record RunFailure(string PayerBin, string Detail);
