namespace KzLicensing.Domain.Licensing;

/// <summary>The term of a license and what happened to it; answers for any day, past or future.</summary>
/// <param name="Events">In the order in which they were decided.</param>
public sealed record LicenseTerm(DateOnly ValidFrom, DateOnly ValidTo, IReadOnlyList<LicenseEvent> Events)
{
    /// <summary>
    /// The last day of a whole number of months: the day before the one of the same number, or the month's last where there is none.
    /// Three years from 29 February end on 28 February.
    /// </summary>
    public static DateOnly LastDay(DateOnly from, int months)
    {
        var sameDay = from.AddMonths(months);
        return sameDay.Day < from.Day ? sameDay : sameDay.AddDays(-1);
    }

    /// <summary>An end by court or by the holder outlasts expiry; a suspension does not.</summary>
    public LicenseStatus StatusOn(DateOnly day)
    {
        if (Has(LicenseEventKind.Revoked, day)) return LicenseStatus.Revoked;
        if (Has(LicenseEventKind.Surrendered, day)) return LicenseStatus.Surrendered;
        if (day > ValidTo) return LicenseStatus.Expired;
        if (day < ValidFrom) return LicenseStatus.Pending;
        return SuspensionOn(day) is not null ? LicenseStatus.Suspended : LicenseStatus.Active;
    }

    /// <summary>Mining is licensed on these days of a period; it is banned while suspended (Law 193-VII art. 9(4)).</summary>
    public IReadOnlyList<DayRange> ActiveWithin(DayRange period) => DaysWhen(LicenseStatus.Active, period);

    /// <summary>The days of a period, within the term, on which the license has a status.</summary>
    public IReadOnlyList<DayRange> DaysWhen(LicenseStatus status, DayRange period)
    {
        var term = new DayRange(ValidFrom, ValidTo.AddDays(1)).Within(period);
        return term.IsEmpty ? [] : [.. term.CutAt(ChangeDays).Where(range => StatusOn(range.From) == status)];
    }

    /// <summary>Days on which the status may change.</summary>
    public IEnumerable<DateOnly> ChangeDays =>
    [
        ValidFrom,
        ValidTo.AddDays(1),
        .. Events.SelectMany(e => e.EffectiveUntil is { } last ? new[] { e.EffectiveFrom, last.AddDays(1) } : [e.EffectiveFrom]),
    ];

    /// <summary>The end before the term, by court or by the holder, as it looks on its first day; null when there is none.</summary>
    public (LicenseStatus Status, DateOnly From)? EndedEarly()
    {
        var ends = Events.Where(e => e.Kind is LicenseEventKind.Revoked or LicenseEventKind.Surrendered).Select(e => e.EffectiveFrom)
            .ToList();
        return ends.Count == 0 ? null : (StatusOn(ends.Min()), ends.Min());
    }

    /// <summary>All transitions that are ever possible, as the words of their routes.</summary>
    public static IReadOnlyList<string> Transitions { get; } = ["suspend", "resume", "revoke", "surrender"];

    /// <summary>Transitions that are possible on a day, as the words of their routes.</summary>
    public IReadOnlyList<string> Allowed(DateOnly day)
    {
        var status = StatusOn(day);
        if (status is LicenseStatus.Expired or LicenseStatus.Revoked or LicenseStatus.Surrendered) return [];
        string[] suspend = status is LicenseStatus.Active ? ["suspend"] : [];
        string[] resume = ResumableFrom(day) is null ? [] : ["resume"];
        return [.. suspend, .. resume, "revoke", "surrender"];
    }

    /// <summary>The suspension that holds on a day, the longest of several; it may reach beyond the term. Null without one.</summary>
    /// <remarks>It holds from its first to its last day unless a resumption decided later falls in between.</remarks>
    public LicenseEvent? SuspensionOn(DateOnly day) => Events.Where((s, decided) =>
        s.Kind is LicenseEventKind.Suspended && s.EffectiveFrom <= day && day <= s.EffectiveUntil
        && !Events.Skip(decided + 1)
            .Any(r => r.Kind is LicenseEventKind.Resumed && s.EffectiveFrom <= r.EffectiveFrom && r.EffectiveFrom <= day))
        .MaxBy(s => s.EffectiveUntil);

    /// <summary>By the authority, for a term in months (Law 193-VII art. 9(4)); of days to come or gone by.</summary>
    /// <param name="until">
    /// The last day. A term in months ends on the day of the same number (Civil Code art. 174), or on the day before it.
    /// </param>
    public Error? RefuseSuspension(DateOnly from, DateOnly until, int minMonths, int maxMonths)
    {
        var shortest = from.AddMonths(minMonths).AddDays(-1);
        var longest = from.AddMonths(maxMonths);
        if (until < shortest) return LicensingErrors.SuspensionTooShort(shortest);
        if (until > longest) return LicensingErrors.SuspensionTooLong(longest);
        if (from < ValidFrom || from > ValidTo) return LicensingErrors.OutsideLicenseTerm(ValidFrom, ValidTo);
        if (StatusOn(from) is LicenseStatus.Revoked or LicenseStatus.Surrendered) return Refuse("suspend", from);
        for (var day = from; day <= until; day = day.AddDays(1))
            if (StatusOn(day) is LicenseStatus.Suspended) return LicensingErrors.SuspensionOverlaps();
        return null;
    }

    /// <summary>On the licensee's request (Law 193-VII art. 9(6)).</summary>
    public Error? RefuseResumption(DateOnly today) => ResumableFrom(today) is null ? Refuse("resume", today) : null;

    /// <summary>
    /// From when a resumption decided today holds: from today, or from the first day of a suspension to come, which it calls back.
    /// </summary>
    /// <returns>Null when nothing is suspended, now or later.</returns>
    public DateOnly? ResumableFrom(DateOnly today) =>
        StatusOn(today) is LicenseStatus.Suspended
            ? today
            : Events.Where(e => e.Kind is LicenseEventKind.Suspended && e.EffectiveFrom > today
                && StatusOn(e.EffectiveFrom) is LicenseStatus.Suspended)
                .Min(e => (DateOnly?)e.EffectiveFrom);

    /// <summary>By a court only (Law 193-VII art. 9(7)).</summary>
    public Error? RefuseRevocation(DateOnly courtActOn, DateOnly from, DateOnly today)
    {
        if (courtActOn > today) return LicensingErrors.CourtActInFuture();
        if (from < courtActOn) return LicensingErrors.BeforeCourtAct(courtActOn);
        return RefuseEnd("revoke", from);
    }

    /// <summary>By the licensee, never for days gone by: what they cost is owed.</summary>
    public Error? RefuseSurrender(DateOnly from, DateOnly today) =>
        from < today ? LicensingErrors.SurrenderInPast(today) : RefuseEnd("surrender", from);

    private Error? RefuseEnd(string transition, DateOnly from)
    {
        if (from > ValidTo) return LicensingErrors.OutsideLicenseTerm(ValidFrom, ValidTo);
        return StatusOn(from) is LicenseStatus.Revoked or LicenseStatus.Surrendered ? Refuse(transition, from) : null;
    }

    private Error Refuse(string transition, DateOnly day) => LicensingErrors.LicenseTransition(transition, StatusOn(day), Allowed(day));

    private bool Has(LicenseEventKind kind, DateOnly day) => Events.Any(e => e.Kind == kind && e.EffectiveFrom <= day);
}
