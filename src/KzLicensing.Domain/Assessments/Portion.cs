using KzLicensing.Domain.Metering;

namespace KzLicensing.Domain.Assessments;

/// <summary>Electricity of a sub-period to which the same rules fit: all of it, unless the tariff narrows by hours or by volume.</summary>
/// <param name="Hour">Civil hour of the day; null when the tariff does not ask.</param>
/// <param name="KwhBefore">What the metering point used earlier in the quarter.</param>
internal sealed record Portion(decimal Kwh, decimal EstimatedKwh, int MissingHours, int? Hour, decimal KwhBefore)
{
    /// <summary>A gap in the readings is told even where nothing else was read: it is no proof that nothing was used.</summary>
    public bool IsWorthTelling => Kwh != 0 || MissingHours != 0;

    /// <summary>Fails with <c>hours-unknown</c>.</summary>
    public static Result<IReadOnlyList<Portion>> Of(SubPeriod part, Energy read, decimal kwhBefore)
    {
        var volume = part.IsMetered ? read : MaximumUse(part);
        if (!part.Tariff.NarrowsByHours) return ByBand(volume, kwhBefore, part.Tariff.BandEdges).ToList();
        if (volume.ByHour is not { Count: 24 } hours) return AssessmentErrors.HoursUnknown(part.Tariff.Code, part.MeteringPoint);
        return hours.Select((energy, hour) => new Portion(energy.Kwh, energy.EstimatedKwh, energy.MissingHours, hour, kwhBefore)).ToList();
    }

    /// <summary>
    /// Without a working meter: round-the-clock use of the maximum capacity, kW × 24 × days (Tax Code 214-VIII art. 659).
    /// </summary>
    private static Energy MaximumUse(SubPeriod part)
    {
        var hourly = new Energy(part.State.MaximumCapacityKw * part.Days.Days, 0, 0);
        return new Energy(hourly.Kwh * 24, 0, 0, [.. Enumerable.Repeat(hourly, 24)]);
    }

    /// <summary>What was estimated counts as used first, and missing hours are told once: so the portions add up to the whole.</summary>
    private static IEnumerable<Portion> ByBand(Energy volume, decimal kwhBefore, IEnumerable<decimal> edges)
    {
        var (from, to) = (kwhBefore, kwhBefore + volume.Kwh);
        var (estimated, missing) = (volume.EstimatedKwh, volume.MissingHours);
        foreach (var edge in edges.Where(e => kwhBefore < e && e < to).Distinct().Order().Append(to))
        {
            var kwh = edge - from;
            yield return new Portion(kwh, Math.Min(estimated, kwh), missing, null, from);
            (from, estimated, missing) = (edge, Math.Max(estimated - kwh, 0), 0);
        }
    }
}
