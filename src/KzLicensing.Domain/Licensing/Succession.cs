namespace KzLicensing.Domain.Licensing;

/// <summary>What a renewal or an amendment is measured against: a license on a day.</summary>
/// <param name="Kw">Licensed power in kW.</param>
public sealed record LicenseSnapshot(string Number, Subtype Subtype, string Region, string? Host, int Kw, LicenseTerm Term);

/// <summary>How one license follows from another: by renewal a new one, by amendment a new edition (re-issue) of the same one.</summary>
public static class Succession
{
    /// <summary>A renewal is filed within the last days of the term, for the same place and the same power.</summary>
    /// <param name="requestedKw">Power asked for, in kW.</param>
    /// <param name="opensDays">So many days before expiry the renewal opens.</param>
    public static Error? RefuseRenewal(LicenseSnapshot previous, Subtype subtype, string region, string? host, int requestedKw,
        DateOnly today, int opensDays)
    {
        if (RefuseStatus(previous, today) is { } status) return status;
        if (previous.Term.EndedEarly() is not null) return LicensingErrors.PreviousLicenseNotActive(previous.Number);
        var opensOn = previous.Term.ValidTo.AddDays(-opensDays);
        if (today < opensOn) return LicensingErrors.RenewalTooEarly(opensOn);
        if (RefuseMove(previous, subtype, region, host) is { } moved) return moved;
        return requestedKw == previous.Kw ? null : LicensingErrors.RenewalKeepsCapacity(previous.Kw / 1000m);
    }

    /// <summary>An amendment changes power, hardware, name or address; another region or subtype needs a license of its own.</summary>
    public static Error? RefuseAmendment(LicenseSnapshot previous, Subtype subtype, string region, string? host, DateOnly today) =>
        RefuseStatus(previous, today) ?? RefuseMove(previous, subtype, region, host);

    /// <summary>A suspended license is still held; an ended one is not.</summary>
    private static Error? RefuseStatus(LicenseSnapshot previous, DateOnly day) =>
        previous.Term.StatusOn(day) is LicenseStatus.Active or LicenseStatus.Suspended
            ? null
            : LicensingErrors.PreviousLicenseNotActive(previous.Number);

    private static Error? RefuseMove(LicenseSnapshot previous, Subtype subtype, string region, string? host) =>
        (previous.Subtype, previous.Region, previous.Host) == (subtype, region, host) ? null : LicensingErrors.ReissueKeepsSite();
}
