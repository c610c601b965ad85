using KzLicensing.Domain.Licensing;
using Xunit;
using static KzLicensing.Domain.Licensing.ApplicationStatus;

namespace KzLicensing.Domain.Tests.Licensing;

public sealed class PermitApplicationTests
{
    private static readonly Dictionary<string, Func<PermitApplication, Result<ApplicationStatus>>> Transitions = new()
    {
        ["edit"] = a => a.Edit(),
        ["submit"] = a => a.Submit(),
        ["withdraw"] = a => a.Withdraw(),
        ["start-review"] = a => a.StartReview(),
        ["request-information"] = a => a.RequestInformation(),
        ["respond"] = a => a.Respond(),
        ["recommend"] = a => a.Recommend("officer-1"),
        ["return"] = a => a.Return(),
        ["approve"] = a => a.Approve("approver-1"),
        ["refuse"] = a => a.Refuse("approver-1"),
    };

    /// <summary>The table of the contract: from, recommended outcome, transition, to.</summary>
    private static readonly (ApplicationStatus From, Outcome? Outcome, string Transition, ApplicationStatus To)[] Table =
    [
        (Draft, null, "edit", Draft),
        (Draft, null, "submit", Submitted),
        (Draft, null, "withdraw", Withdrawn),
        (Submitted, null, "start-review", UnderReview),
        (Submitted, null, "withdraw", Withdrawn),
        (UnderReview, null, "request-information", InformationRequested),
        (UnderReview, null, "recommend", Recommended),
        (UnderReview, null, "withdraw", Withdrawn),
        (InformationRequested, null, "edit", InformationRequested),
        (InformationRequested, null, "respond", UnderReview),
        (InformationRequested, null, "withdraw", Withdrawn),
        (Recommended, null, "return", UnderReview),
        (Recommended, null, "withdraw", Withdrawn),
        (Recommended, Outcome.Approve, "return", UnderReview),
        (Recommended, Outcome.Approve, "approve", Approved),
        (Recommended, Outcome.Approve, "withdraw", Withdrawn),
        (Recommended, Outcome.Refuse, "return", UnderReview),
        (Recommended, Outcome.Refuse, "refuse", Refused),
        (Recommended, Outcome.Refuse, "withdraw", Withdrawn),
    ];

    public static TheoryData<ApplicationStatus, Outcome?, string> EveryTry =>
    [
        .. from status in Enum.GetValues<ApplicationStatus>()
           from outcome in status is Recommended ? new Outcome?[] { Outcome.Approve, Outcome.Refuse, null } : [null]
           from transition in Transitions.Keys
           select new TheoryDataRow<ApplicationStatus, Outcome?, string>(status, outcome, transition),
    ];

    [Theory, MemberData(nameof(EveryTry))]
    public void Exactly_the_transitions_of_the_contract_are_possible(ApplicationStatus status, Outcome? outcome, string transition)
    {
        var application = An(status, outcome);
        var allowed = Table.Where(t => t.From == status && t.Outcome == outcome).ToDictionary(t => t.Transition, t => t.To);
        Assert.Equal(allowed.Keys.Order(), application.Allowed.Order());

        var moved = Transitions[transition](application);
        if (allowed.TryGetValue(transition, out var to))
        {
            Assert.Equal(to, moved.Demand());
            return;
        }

        var error = moved.DemandError("invalid-transition");
        Assert.Equal(application.Allowed, error.Extensions["allowed"]);
    }

    [Theory]
    [InlineData("officer-1")]
    [InlineData("OFFICER-1")]
    [InlineData("applicant-970740000838")]
    [InlineData("Applicant-970740000838")]
    public void Neither_the_recommender_nor_the_applicant_decides(string decider)
    {
        An(Recommended, Outcome.Approve).Approve(decider).DemandError("four-eyes-required");
        An(Recommended, Outcome.Refuse).Refuse(decider).DemandError("four-eyes-required");
    }

    [Fact]
    public void The_applicant_does_not_recommend() => An(UnderReview).Recommend("APPLICANT-970740000838").DemandError("four-eyes-required");

    [Fact]
    public void Only_an_open_information_request_lapses()
    {
        Assert.Equal(Lapsed, An(InformationRequested).Lapse().Demand());
        foreach (var status in Enum.GetValues<ApplicationStatus>().Where(s => s is not InformationRequested))
            An(status, Outcome.Approve).Lapse().DemandError("invalid-transition");
    }

    [Theory]
    [InlineData(Draft, false)]
    [InlineData(Submitted, true)]
    [InlineData(UnderReview, true)]
    [InlineData(InformationRequested, true)]
    [InlineData(Recommended, false)]
    [InlineData(Refused, false)]
    public void A_file_changes_hands_until_it_is_recommended_and_never_goes_to_its_applicant(ApplicationStatus status, bool possible)
    {
        Assert.Equal(possible, !An(status).Assign("officer-2").IsFailure);
        An(status).Assign("Applicant-970740000838").DemandError(possible ? "four-eyes-required" : "invalid-transition");
    }

    [Fact]
    public void Only_what_came_to_nothing_is_copied()
    {
        foreach (var status in Enum.GetValues<ApplicationStatus>())
            Assert.Equal(status is Refused or Withdrawn or Lapsed, !An(status).Copy().IsFailure);
    }

    private static PermitApplication An(ApplicationStatus status, Outcome? outcome = null) => new()
    {
        Status = status,
        SubmittedBy = "applicant-970740000838",
        RecommendedBy = outcome is null ? null : "officer-1",
        RecommendedOutcome = outcome,
    };
}
