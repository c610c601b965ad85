using KzLicensing.Api.Modules.Metering.Ingest;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;

namespace KzLicensing.Api.Modules.Metering;

/// <summary>Every way in which metering says no, beside the lines of a file.</summary>
internal static class MeteringErrors
{
    public static Error PointNotFound() => new("metering-point-not-found", "There is no such metering point, or it is not yours.");
    public static Error PointExists() => new("metering-point-exists", "A metering point with this code exists already.");
    public static Error LicenseUnknown() => new("license-unknown", "There is no such license to attach.");
    public static Error BeforeFirstFact(DateOnly first) =>
        new("before-first-fact", $"Nothing is known of this metering point before {first:yyyy-MM-dd}.");
    public static Error MonthBeforeFirstFact() => new("before-first-fact", "Nothing is known of this metering point in that month.");
    public static Error MonthInFuture() => new("month-in-future", "This month has not begun: nothing can have been bought in it.");
    public static Error BatchNotFound() => new("batch-not-found", "There is no such batch of readings.");
    public static Error BatchExists() => new("batch-exists", "This id belongs to another batch of readings, stored or under way.");
    public static Error TookTooLong(TimeSpan limit) => new("request-timeout", $"A file streams for {limit} at most; nothing was stored.");
    public static Error CharsetUnknown() => new("unsupported-charset", "A message of layout 80020 is read as UTF-8 or Windows-1251.");
    public static Error EncodingUnsupported() => new("unsupported-content-encoding", "A file of readings comes as it is, or as gzip.");
    public static Error PurchaseExists() =>
        new("purchase-exists", "This reference was recorded for this metering point and month already.");
    public static Error PurchaseNotFound() => new("purchase-not-found", "There is no such purchase, or it is not yours.");
    public static Error PurchaseWithdrawn() => new("purchase-withdrawn", "This purchase was withdrawn already.");
    public static Error PurchasesRejected(IReadOnlyCollection<LineError> errors)
    {
        var shown = errors.OrderBy(e => e.Line).Take(InputErrors.MaxProblems).Select(LineProblem.Of).ToList();
        var detail = errors.Count > shown.Count ? $"More than {shown.Count} lines are not acceptable; nothing was stored."
            : errors.Count == 1 ? "One line is not acceptable; nothing was stored."
            : $"{errors.Count} lines are not acceptable; nothing was stored.";
        var rejected = new Error("purchases-rejected", detail).With("rejected", errors.Count).With("errors", shown);
        return errors.Count > shown.Count ? rejected.With("more", true) : rejected;
    }
    public static Error RangeTooLong(int max, string of) =>
        new("range-too-long", $"At most {max} {of} are added up at once; ask for a shorter range.");
}
