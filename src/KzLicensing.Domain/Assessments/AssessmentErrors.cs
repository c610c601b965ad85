namespace KzLicensing.Domain.Assessments;

/// <summary>Every way in which assessing says no.</summary>
public static class AssessmentErrors
{
    public static Error TariffNotFound(DateOnly on) => new("tariff-not-found", $"No tariff is in force on {on:yyyy-MM-dd}.");

    public static Error PriceUnknown(string meteringPoint) =>
        new("price-unknown", $"The rate depends on the price: the quarter's purchases of {meteringPoint} are needed.");

    public static Error RateNotFound(string tariff, string meteringPoint) =>
        new("rate-not-found", $"{tariff} has no rate for {meteringPoint}.");

    public static Error HoursUnknown(string tariff, string meteringPoint) =>
        new("hours-unknown", $"{tariff} prices by the hour of the day, and the hours of {meteringPoint} are not given.");

    public static Error PeriodNotEnded(Quarter quarter) => new("period-not-ended", $"{quarter} has not ended yet.");
    public static Error DeadlineUnknown(Quarter quarter) => new("deadline-unknown", $"No deadlines are known for {quarter}.");
    public static Error BaseRateUnknown(DateOnly on) => new("base-rate-unknown", $"The base rate of {on:yyyy-MM-dd} is not known.");

    public static Error InterestTermsUnknown(DateOnly on) =>
        new("interest-terms-unknown", $"How late interest is computed on {on:yyyy-MM-dd} is not known.");

    public static Error RunNotFound() => new("run-not-found", "There is no such run.");
    public static Error AssessmentNotFound() => new("assessment-not-found", "There is no such assessment, or it is not yours.");
    public static Error NotADraft() =>
        new Error("invalid-transition", "Only a draft can be issued.").With("allowed", Array.Empty<string>());
    public static Error RunNotCompleted() =>
        new Error("invalid-transition", "Only a completed run can be issued.").With("allowed", Array.Empty<string>());
    public static Error SecondPersonRequired() =>
        new("four-eyes-required", "Another person than the one who asked for the run issues its drafts.");
    public static Error InputsChanged() =>
        new("inputs-changed", "Readings, prices, facts or tariffs have moved since the draft was made. Run the quarter again.");
    public static Error NothingToIssue() => new("nothing-to-issue", "The result equals the assessment that is in force.");
}
