using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Domain.Assessments;

/// <summary>What the charged volume rests on.</summary>
public enum VolumeBasis
{
    Metered,
    MaximumCapacity,
    Deemed,
}

/// <summary>One metering point over days in which nothing relevant changed.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The day after the last one.</param>
/// <param name="AveragePriceKzt">Σ cost / Σ kWh of the quarter, for display with four decimals; null when nothing was bought.</param>
/// <param name="AmountKzt">Whole tenge.</param>
/// <param name="EstimatedKwh">The part of <paramref name="Kwh"/> that the operator estimated.</param>
/// <param name="MissingHours">Hours without a reading.</param>
public sealed record AssessmentLine(
    string MeteringPoint, DateOnly From, DateOnly To, decimal Kwh, VolumeBasis VolumeBasis, decimal? AveragePriceKzt, Condition Condition,
    decimal RateKztPerKwh, decimal AmountKzt, string TariffCode, string Article, decimal EstimatedKwh, int MissingHours);
