using static KzLicensing.Domain.Licensing.ApplicationStatus;

namespace KzLicensing.Domain.Licensing;

/// <summary>A request for a license as its state machine: who may move it from where to where.</summary>
public sealed record PermitApplication
{
    public Guid Id { get; init; }
    public ApplicationStatus Status { get; init; }
    public int Version { get; init; }

    /// <summary>Who submitted it; null while it is a draft.</summary>
    public string? SubmittedBy { get; init; }

    public string? RecommendedBy { get; init; }
    public Outcome? RecommendedOutcome { get; init; }

    private static readonly string[] Applicants = ["edit", "submit", "respond", "withdraw", "copy"];

    /// <summary>Transitions that are possible now, as the words of their routes.</summary>
    public IReadOnlyList<string> Allowed => Status switch
    {
        Draft => ["edit", "submit", "withdraw"],
        Submitted => ["start-review", "withdraw"],
        UnderReview => ["request-information", "recommend", "withdraw"],
        InformationRequested => ["edit", "respond", "withdraw"],
        Recommended => [.. Decisions, "return", "withdraw"],
        Approved or Refused or Withdrawn or Lapsed => [],
    };

    /// <summary>Of these, the applicant's: the others would tell what the ministry thinks of a file before it has decided.</summary>
    public IReadOnlyList<string> AllowedToApplicant => [.. Allowed.Where(Applicants.Contains)];

    /// <summary>None without a recommendation for the version in force.</summary>
    private string[] Decisions => RecommendedOutcome switch
    {
        Outcome.Approve => ["approve"],
        Outcome.Refuse => ["refuse"],
        null => [],
    };

    public Result<ApplicationStatus> Edit() => Move("edit", Status);
    public Result<ApplicationStatus> Submit() => Move("submit", Submitted);
    public Result<ApplicationStatus> Withdraw() => Move("withdraw", Withdrawn);

    /// <summary>A file changes hands until it is recommended; it never goes to its applicant.</summary>
    public Result<ApplicationStatus> Assign(string officer)
    {
        if (Status is not (Submitted or UnderReview or InformationRequested)) return Impossible("assign");
        return FourEyes.IsSamePerson(officer, SubmittedBy) ? LicensingErrors.FourEyesRequired() : Status;
    }

    /// <summary>What was refused, withdrawn or lapsed can be tried again as a new draft.</summary>
    public Result<ApplicationStatus> Copy() =>
        Status is Refused or Withdrawn or Lapsed ? Draft : Impossible("copy");

    public Result<ApplicationStatus> StartReview() => Move("start-review", UnderReview);
    public Result<ApplicationStatus> RequestInformation() => Move("request-information", InformationRequested);
    public Result<ApplicationStatus> Respond() => Move("respond", UnderReview);

    /// <summary>An information request that stays unanswered ends the application; the registry does it, nobody asks for it.</summary>
    public Result<ApplicationStatus> Lapse() =>
        Status is InformationRequested ? Lapsed : Impossible("lapse");

    /// <summary>The officer cannot be the applicant.</summary>
    public Result<ApplicationStatus> Recommend(string officer)
    {
        var moved = Move("recommend", Recommended);
        return !moved.IsFailure && FourEyes.IsSamePerson(officer, SubmittedBy) ? LicensingErrors.FourEyesRequired() : moved;
    }

    public Result<ApplicationStatus> Return() => Move("return", UnderReview);

    /// <summary>Four eyes: the recommender, the approver and the applicant are three people.</summary>
    public Result<ApplicationStatus> Approve(string approver) => Decide("approve", Approved, approver);

    public Result<ApplicationStatus> Refuse(string approver) => Decide("refuse", Refused, approver);

    private Result<ApplicationStatus> Decide(string transition, ApplicationStatus to, string approver)
    {
        var moved = Move(transition, to);
        if (moved.IsFailure) return moved;
        var acted = FourEyes.IsSamePerson(approver, RecommendedBy) || FourEyes.IsSamePerson(approver, SubmittedBy);
        return acted ? LicensingErrors.FourEyesRequired() : moved;
    }

    private Result<ApplicationStatus> Move(string transition, ApplicationStatus to) =>
        Allowed.Contains(transition) ? to : Impossible(transition);

    /// <summary>Who tries is told what is possible instead.</summary>
    private Error Impossible(string transition) =>
        LicensingErrors.InvalidTransition(transition, Status, Applicants.Contains(transition) ? AllowedToApplicant : Allowed);
}
