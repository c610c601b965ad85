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
