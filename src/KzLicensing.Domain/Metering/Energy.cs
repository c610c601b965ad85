namespace KzLicensing.Domain.Metering;

/// <summary>What was read over a span of time, exact to the watt-hour.</summary>
/// <param name="EstimatedKwh">The part of <paramref name="Kwh"/> that the operator estimated.</param>
/// <param name="MissingHours">Hours without a reading.</param>
/// <param name="ByHour">The same for each civil hour of the day, 0 to 23; asked for by tariffs that narrow by hours.</param>
public sealed record Energy(decimal Kwh, decimal EstimatedKwh, int MissingHours, IReadOnlyList<Energy>? ByHour = null);
