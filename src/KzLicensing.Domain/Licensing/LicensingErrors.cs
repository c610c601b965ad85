namespace KzLicensing.Domain.Licensing;

/// <summary>Every way in which licensing says no.</summary>
public static class LicensingErrors
{
    public static Error ApplicationNotFound() => new("application-not-found", "There is no such application, or it is not yours.");
    public static Error LicenseNotFound(string number) => new("license-not-found", $"There is no license {number}.");
    public static Error BinNotYours() => new("bin-not-yours", "An application is filed for the BIN or IIN that you act for.");
    public static Error RegionUnknown(string region, DateOnly on) => new("region-unknown", $"There was no region '{region}' on {on:yyyy-MM-dd}.");
    public static Error FourEyesRequired() => new("four-eyes-required", "The recommender, the approver and the applicant are three people.");

    public static Error InvalidTransition(string transition, ApplicationStatus status, IReadOnlyList<string> allowed) =>
        new Error("invalid-transition", $"'{transition}' is not possible while the application is {status}.").With("allowed", allowed);

    public static Error DuplicateApplication() => new("duplicate-application", "An application of this applicant for this site is open already.");
    public static Error ValidFromInPast(DateOnly today) => new("valid-from-in-past", $"A license is valid from the day of the decision ({today:yyyy-MM-dd}) or later.");
    public static Error ValidFromTooLate(DateOnly latest) =>
        new("valid-from-too-late", $"A license takes its capacity from the decision on: it begins by {latest:yyyy-MM-dd}.");

    public static Error GroundUnknown(string code) => new("ground-unknown", $"'{code}' is not a ground for this decision on this day.");

    public static Error StateFeeMissing() => new("state-fee-missing", "The state fee has not been paid.");
    public static Error StateFeeInFuture(DateOnly paidOn) => new("state-fee-in-future", $"The payment day {paidOn:yyyy-MM-dd} has not come yet.");
    public static Error StateFeeUnknown(DateOnly paidOn) => new("state-fee-unknown", $"The state fee of {paidOn:yyyy-MM-dd} is not known: the index or the multiple of that day is missing.");

    public static Error StateFeeTooLow(decimal requiredKzt) =>
        new Error("state-fee-too-low", $"The state fee is {requiredKzt:0.##} KZT.").With("requiredKzt", requiredKzt);

    public static Error CapacityExceeded(string scope, decimal availableMw) =>
        new Error("capacity-exceeded", $"Only {availableMw:0.###} MW are left within the ceiling of {scope}.").With("scope", scope).With("availableMw", availableMw);

    public static Error HostLicenseNotActive(string? number) => new("host-license-not-active", $"The host license '{number}' is not an active license of subtype I.");

    public static Error HostCapacityExceeded(decimal availableMw) =>
        new Error("host-capacity-exceeded", $"The host has {availableMw:0.###} MW left.").With("availableMw", availableMw);

    public static Error CeilingsOverlap() => new("ceilings-overlap", "Two ceilings of one scope hold on the same day.");
}
