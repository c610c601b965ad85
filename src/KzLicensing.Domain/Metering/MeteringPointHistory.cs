namespace KzLicensing.Domain.Metering;

/// <summary>A dated change at a metering point; what is null stays as it was.</summary>
public sealed record MeteringPointFact
{
    public DateOnly EffectiveFrom { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public string? PayerBin { get; init; }
    public PowerSource? PowerSource { get; init; }
    public MeterState? MeterState { get; init; }

    /// <summary>Kilowatts.</summary>
    public decimal? MaximumCapacityKw { get; init; }

    public string? LicenseNumber { get; init; }

    /// <summary>The number on the meter; a new one says that the meter was replaced.</summary>
    public string? MeterSerial { get; init; }
}

/// <summary>Everything that is true at a metering point on a day.</summary>
public sealed record MeteringPointState(string PayerBin, PowerSource PowerSource, MeterState MeterState, decimal MaximumCapacityKw,
    string? LicenseNumber);

/// <summary>A metering point and its dated facts.</summary>
public sealed record MeteringPointHistory(string Code, string Region, IReadOnlyList<MeteringPointFact> Facts)
{
    /// <summary>
    /// What is true on a day: per property the latest change, of several for one day the one recorded last. Null before the first fact.
    /// </summary>
    public MeteringPointState? On(DateOnly day)
    {
        MeteringPointState? state = null;
        foreach (var fact in Until(day))
        {
            state = new MeteringPointState(
                fact.PayerBin ?? state!.PayerBin,
                fact.PowerSource ?? state!.PowerSource,
                fact.MeterState ?? state!.MeterState,
                fact.MaximumCapacityKw ?? state!.MaximumCapacityKw,
                fact.LicenseNumber ?? state?.LicenseNumber);
        }

        return state;
    }

    /// <summary>Which meter measures on a day. It is no part of the state: a replacement changes nothing that is owed.</summary>
    public string? MeterSerialOn(DateOnly day) => Until(day).LastOrDefault(f => f.MeterSerial is not null)?.MeterSerial;

    private IEnumerable<MeteringPointFact> Until(DateOnly day) =>
        Facts.Where(f => f.EffectiveFrom <= day).OrderBy(f => f.EffectiveFrom).ThenBy(f => f.RecordedAt);

    /// <summary>
    /// The days of a period on which something holds, as ranges without a break; days before the first fact are never among them.
    /// </summary>
    public IEnumerable<DayRange> DaysWhere(Func<MeteringPointState, bool> holds, DayRange period)
    {
        DayRange? open = null;
        foreach (var part in period.CutAt(ChangeDays).Where(r => On(r.From) is { } state && holds(state)))
        {
            if (open is { } before && before.To != part.From) yield return before;
            open = open is { } joined && joined.To == part.From ? joined with { To = part.To } : part;
        }

        if (open is { } last) yield return last;
    }

    /// <summary>Days on which something may change.</summary>
    public IEnumerable<DateOnly> ChangeDays => Facts.Select(f => f.EffectiveFrom);
}
