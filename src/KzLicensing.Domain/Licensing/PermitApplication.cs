using static KzLicensing.Domain.Licensing.ApplicationStatus;

namespace KzLicensing.Domain.Licensing;

/// <summary>A request for a license as its state machine: who may move it from where to where.</summary>
public sealed record PermitApplication
{
    public Guid Id { get; init; }
    public ApplicationStatus Status { get; init; }
    public int Version { get; init; }

    public string ApplicantBin { get; init; } = "";

    /// <summary>Whoever drafted, changed, completed or submitted it.</summary>
    public IReadOnlyList<string> Writers { get; init; } = [];

    public string? RecommendedBy { get; init; }
    public Outcome? RecommendedOutcome { get; init; }

    /// <summary>All transitions that are ever possible, as the words of their routes.</summary>
    public static IReadOnlyList<string> Transitions { get; } =
        ["edit", "submit", "withdraw", "start-review", "request-information", "respond", "recommend", "return", "approve", "refuse"];

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

    /// <summary>A file changes hands until it is recommended; it never goes to its applicant's people.</summary>
    public Result<ApplicationStatus> Assign(Official by, Official to)
    {
        if (Status is not (Submitted or UnderReview or InformationRequested)) return Impossible("assign");
        return IsOfApplicant(by) || IsOfApplicant(to) ? LicensingErrors.FourEyesRequired() : Status;
    }

    /// <summary>What was refused, withdrawn or lapsed can be tried again as a new draft.</summary>
    public Result<ApplicationStatus> Copy() =>
        Status is Refused or Withdrawn or Lapsed ? Draft : Impossible("copy");

    public Result<ApplicationStatus> StartReview(Official officer) => MoveBy(officer, "start-review", UnderReview);
    public Result<ApplicationStatus> RequestInformation(Official officer) => MoveBy(officer, "request-information", InformationRequested);
    public Result<ApplicationStatus> Respond() => Move("respond", UnderReview);

    /// <summary>An information request that stays unanswered ends the application; the registry does it, nobody asks for it.</summary>
    public Result<ApplicationStatus> Lapse() =>
        Status is InformationRequested ? Lapsed : Impossible("lapse");

    public Result<ApplicationStatus> Recommend(Official officer) => MoveBy(officer, "recommend", Recommended);
    public Result<ApplicationStatus> Return(Official approver) => MoveBy(approver, "return", UnderReview);

    /// <summary>Four eyes: who recommends, who decides and who writes the application are three people.</summary>
    public Result<ApplicationStatus> Approve(Official approver) => Decide("approve", Approved, approver);

    public Result<ApplicationStatus> Refuse(Official approver) => Decide("refuse", Refused, approver);

    private Result<ApplicationStatus> Decide(string transition, ApplicationStatus to, Official approver)
    {
        var moved = MoveBy(approver, transition, to);
        return !moved.IsFailure && FourEyes.IsSamePerson(approver.Person, RecommendedBy) ? LicensingErrors.FourEyesRequired() : moved;
    }

    /// <summary>Nobody is on both sides: the ministry's moves are not made by who acts for the applicant, in whatever role.</summary>
    private Result<ApplicationStatus> MoveBy(Official official, string transition, ApplicationStatus to)
    {
        var moved = Move(transition, to);
        return !moved.IsFailure && IsOfApplicant(official) ? LicensingErrors.FourEyesRequired() : moved;
    }

    private bool IsOfApplicant(Official official) =>
        official.IsConcernedWith(ApplicantBin) || Writers.Any(w => FourEyes.IsSamePerson(official.Person, w));

    private Result<ApplicationStatus> Move(string transition, ApplicationStatus to) =>
        Allowed.Contains(transition) ? to : Impossible(transition);

    /// <summary>Who tries is told what is possible instead.</summary>
    private Error Impossible(string transition) =>
        LicensingErrors.InvalidTransition(transition, Status, Applicants.Contains(transition) ? AllowedToApplicant : Allowed);
}
