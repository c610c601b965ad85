namespace KzLicensing.Domain.Licensing;

/// <summary>Every way in which licensing says no.</summary>
public static class LicensingErrors
{
    public static Error ApplicationNotFound() => new("application-not-found", "There is no such application, or it is not yours.");
    public static Error LicenseNotFound(string number) => new("license-not-found", $"There is no license {number}.");
    public static Error BinNotYours() => new("bin-not-yours", "An application is filed for the BIN or IIN that you act for.");
    public static Error RegionUnknown(string region, DateOnly on) =>
        new("region-unknown", $"There was no region '{region}' on {on:yyyy-MM-dd}.");
    public static Error FourEyesRequired() => new("four-eyes-required",
        "Who recommends, who decides and who writes the application are three people, and only the last of them acts for the applicant.");
    public static Error AssigneeUnknown(string person) =>
        new("assignee-unknown", $"'{person}' has not been seen at work as an officer yet.");

    public static Error InvalidTransition(string transition, ApplicationStatus status, IReadOnlyList<string> allowed) =>
        new Error("invalid-transition", $"'{transition}' is not possible while the application is {status}.").With("allowed", allowed);

    public static Error DuplicateApplication() =>
        new("duplicate-application", "An application of this applicant for this site is open already.");
    public static Error ValidFromInPast(DateOnly today) =>
        new("valid-from-in-past", $"A license is valid from the day of the decision ({today:yyyy-MM-dd}) or later.");
    public static Error ValidFromTooLate(DateOnly latest) =>
        new("valid-from-too-late", $"A license takes its capacity from the decision on: it begins by {latest:yyyy-MM-dd}.");

    public static Error GroundUnknown(string code) => new("ground-unknown", $"'{code}' is not a ground for this decision on this day.");

    public static Error StateFeeMissing() => new("state-fee-missing", "The state fee has not been paid.");
    public static Error StateFeeInFuture(DateOnly paidOn) =>
        new("state-fee-in-future", $"The payment day {paidOn:yyyy-MM-dd} has not come yet.");
    public static Error StateFeeUnknown(DateOnly paidOn) =>
        new("state-fee-unknown", $"The state fee of {paidOn:yyyy-MM-dd} is not known: the index or the multiple of that day is missing.");

    public static Error StateFeeUsed() => new("state-fee-used", "This receipt has paid for another application: each pays its own fee.");

    public static Error StateFeeTooLow(decimal requiredKzt) =>
        new Error("state-fee-too-low", $"The state fee is {requiredKzt:0.##} KZT.").With("requiredKzt", requiredKzt);

    public static Error CapacityExceeded(string scope, decimal availableMw) =>
        new Error("capacity-exceeded", $"Only {availableMw:0.###} MW are left within the ceiling of {scope}.").With("scope", scope)
            .With("availableMw", availableMw);

    public static Error HostLicenseNotActive(string? number) =>
        new("host-license-not-active", $"The host license '{number}' is not an active license of subtype I.");

    public static Error HostCapacityExceeded(decimal availableMw) =>
        new Error("host-capacity-exceeded", $"The host has {availableMw:0.###} MW left.").With("availableMw", availableMw);

    public static Error CeilingsOverlap() => new("ceilings-overlap", "Two ceilings of one scope hold on the same day.");

    public static Error RequestExpired(DateOnly respondBy) =>
        new("request-expired", $"The questions were to be answered by {respondBy:yyyy-MM-dd}.");
    public static Error RespondByOutOfRange(DateOnly first, DateOnly last) =>
        new("respond-by-out-of-range", $"The day to answer by lies between {first:yyyy-MM-dd} and {last:yyyy-MM-dd}.");

    public static Error PreviousLicenseUnknown(string? number) =>
        new("previous-license-unknown", $"There is no license '{number}' of yours.");
    public static Error PreviousLicenseNotActive(string number) =>
        new("previous-license-not-active", $"The license {number} is neither active nor suspended on that day.");
    public static Error RenewalTooEarly(DateOnly opensOn) =>
        new Error("renewal-too-early", $"A renewal can be filed from {opensOn:yyyy-MM-dd} on.").With("opensOn", opensOn);

    public static Error RenewalKeepsCapacity(decimal licensedMw) =>
        new Error("renewal-keeps-capacity", $"A renewal is for the licensed {licensedMw:0.###} MW; an amendment changes them.")
            .With("licensedMw", licensedMw);

    public static Error RenewalOpen(string number) =>
        new("renewal-open", $"The capacity of {number} does not change while its renewal is open.");
    public static Error ReissueKeepsSite() =>
        new("reissue-keeps-site", "Region, subtype and host are those of the previous license; other ones need a new license.");
    public static Error LicenseRenewedAlready() => new("license-renewed-already", "The license has a successor already.");
    public static Error ValidFromBeforeExpiry(DateOnly earliest) =>
        new("valid-from-before-expiry", $"The renewed license begins when the previous one has ended, on {earliest:yyyy-MM-dd} or later.");

    public static Error ValidFromBeforeEdition() => new("valid-from-before-edition", "An edition that begins later was issued already.");

    public static Error LicenseTransition(string transition, LicenseStatus status, IReadOnlyList<string> allowed) =>
        new Error("invalid-transition", $"'{transition}' is not possible while the license is {status}.").With("allowed", allowed);

    public static Error SuspensionTooShort(DateOnly earliest) =>
        new("suspension-too-short", $"A suspension from that day lasts to {earliest:yyyy-MM-dd} at least.");
    public static Error SuspensionTooLong(DateOnly latest) =>
        new("suspension-too-long", $"A suspension from that day lasts to {latest:yyyy-MM-dd} at most.");
    public static Error SuspensionOverlaps() => new("suspension-overlaps", "The license is suspended on some of these days already.");
    public static Error OutsideLicenseTerm(DateOnly from, DateOnly to) =>
        new("outside-license-term", $"The license runs from {from:yyyy-MM-dd} to {to:yyyy-MM-dd}.");
    public static Error CourtActInFuture() => new("court-act-in-future", "The day of the court act has not come yet.");
    public static Error BeforeCourtAct(DateOnly courtActOn) =>
        new("before-court-act", $"A revocation holds from the day of the court act ({courtActOn:yyyy-MM-dd}) at the earliest.");
    public static Error SurrenderInPast(DateOnly today) =>
        new("surrender-in-past", $"A license is surrendered from {today:yyyy-MM-dd} or a later day on.");

    public static Error CeilingBelowAllocated(string scope, decimal allocatedMw) =>
        new Error("ceiling-below-allocated",
            $"{allocatedMw:0.###} MW are allocated in {scope}: a lower ceiling needs a day, today or later, from which nothing more is "
                + "granted.")
            .With("scope", scope).With("allocatedMw", allocatedMw);
}
