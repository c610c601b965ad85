namespace KzLicensing.Domain.Licensing;

/// <summary>What a license is worth on a day; it follows from dates.</summary>
public enum LicenseStatus
{
    /// <summary>Issued, but its first day has not come.</summary>
    Pending,
    Active,
    Suspended,
    Expired,
    Revoked,
    Surrendered,
}

public enum LicenseEventKind
{
    Suspended,
    Resumed,
    Revoked,
    Surrendered,
}

/// <summary>A dated event after issue.</summary>
/// <param name="EffectiveUntil">The last day of a suspension.</param>
public sealed record LicenseEvent(LicenseEventKind Kind, DateOnly EffectiveFrom, DateOnly? EffectiveUntil);

/// <summary>The term of a license and what happened to it; answers for any day, past or future.</summary>
/// <param name="Events">In the order in which they were decided.</param>
public sealed record LicenseTerm(DateOnly ValidFrom, DateOnly ValidTo, IReadOnlyList<LicenseEvent> Events)
{
    /// <summary>An end by court or by the holder outlasts expiry; a suspension does not.</summary>
    public LicenseStatus StatusOn(DateOnly day)
    {
        if (Has(LicenseEventKind.Revoked, day)) return LicenseStatus.Revoked;
        if (Has(LicenseEventKind.Surrendered, day)) return LicenseStatus.Surrendered;
        if (day > ValidTo) return LicenseStatus.Expired;
        if (day < ValidFrom) return LicenseStatus.Pending;
        return IsSuspendedOn(day) ? LicenseStatus.Suspended : LicenseStatus.Active;
    }

    /// <summary>Mining is licensed on these days of a period; it is banned while suspended (Law 193-VII art. 9(4)).</summary>
    public IReadOnlyList<DayRange> ActiveWithin(DayRange period)
    {
        var term = new DayRange(ValidFrom, ValidTo.AddDays(1)).Within(period);
        if (term.IsEmpty) return [];
        var changes = Events.SelectMany(e => e.EffectiveUntil is { } last ? new[] { e.EffectiveFrom, last.AddDays(1) } : [e.EffectiveFrom]);
        return [.. term.CutAt(changes).Where(range => StatusOn(range.From) is LicenseStatus.Active)];
    }

    private bool Has(LicenseEventKind kind, DateOnly day) => Events.Any(e => e.Kind == kind && e.EffectiveFrom <= day);

    /// <summary>A suspension holds from its first to its last day unless a resumption decided later falls in between.</summary>
    private bool IsSuspendedOn(DateOnly day) => Events.Where((s, decided) =>
        s.Kind is LicenseEventKind.Suspended && s.EffectiveFrom <= day && day <= s.EffectiveUntil
        && !Events.Skip(decided + 1).Any(r => r.Kind is LicenseEventKind.Resumed && s.EffectiveFrom <= r.EffectiveFrom && r.EffectiveFrom <= day)).Any();
}
