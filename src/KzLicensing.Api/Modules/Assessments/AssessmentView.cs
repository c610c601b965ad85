using System.Text.Json;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Api.Modules.Assessments;

/// <summary>Where an assessment stands.</summary>
internal enum AssessmentStatus
{
    Draft,
    Issued,
    Objected,
    Settled,
    Superseded,
    Withdrawn,
}

/// <summary>An assessment as clients read it.</summary>
/// <param name="Number">Given at issue, without gaps; null for a draft.</param>
/// <param name="Version">1 for the first assessment of a payer and quarter; a correction counts up.</param>
/// <param name="Revision">Counts the states of this version; the ETag.</param>
/// <param name="DeltaKzt">The difference to the version that this one supersedes.</param>
internal sealed record AssessmentView(
    Guid Id, string? Number, int Version, int Revision, Guid? Supersedes, AssessmentStatus Status, Instrument Instrument, string PayerBin,
    string Period,
    IReadOnlyList<AssessmentLine> Lines, decimal TotalKzt, decimal DeltaKzt, decimal? DeclaredKzt, DateOnly? DeclareBy, DateOnly DueOn,
    DateTimeOffset? IssuedAt, string InputFingerprint) : IVersioned
{
    int IVersioned.Version => Revision;

    public static AssessmentView Of(StoredJson stored) => JsonSerializer.Deserialize<AssessmentView>(stored.Text, Json.Stored)!;
}
