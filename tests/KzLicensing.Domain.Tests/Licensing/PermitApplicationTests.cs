using KzLicensing.Domain.Licensing;
using Xunit;
using static KzLicensing.Domain.Licensing.ApplicationStatus;

namespace KzLicensing.Domain.Tests.Licensing;

public sealed class PermitApplicationTests
{
    private const string Bin = "970740000838";
    private static readonly Official Officer = new("officer-1"), Approver = new("approver-1");

    private static readonly Dictionary<string, Func<PermitApplication, Result<ApplicationStatus>>> Transitions = new()
    {
        ["edit"] = a => a.Edit(),
        ["submit"] = a => a.Submit(),
        ["withdraw"] = a => a.Withdraw(),
        ["start-review"] = a => a.StartReview(Officer),
        ["request-information"] = a => a.RequestInformation(Officer),
        ["respond"] = a => a.Respond(),
        ["recommend"] = a => a.Recommend(Officer),
        ["return"] = a => a.Return(Approver),
        ["approve"] = a => a.Approve(Approver),
        ["refuse"] = a => a.Refuse(Approver),
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
        Assert.Subset(PermitApplication.Transitions.ToHashSet(), application.Allowed.ToHashSet());

        var moved = Transitions[transition](application);
        if (allowed.TryGetValue(transition, out var to))
        {
            Assert.Equal(to, moved.Demand());
            return;
        }

        var error = moved.DemandError("invalid-transition");
        var applicants = transition is "edit" or "submit" or "respond" or "withdraw";
        Assert.Equal(applicants ? application.AllowedToApplicant : application.Allowed, error.Extensions["allowed"]);
    }

    [Theory]
    [InlineData("officer-1")]
    [InlineData("OFFICER-1")]
    [InlineData("officer-1 ")]
    [InlineData("officer-1\u00A0")]
    [InlineData("officer\u200B-1")]
    [InlineData("\uFF4F\uFF46\uFF46\uFF49\uFF43\uFF45\uFF52\uFF0D\uFF11")]
    [InlineData("applicant-970740000838")]
    [InlineData("Applicant-970740000838")]
    [InlineData("colleague-Å")]
    [InlineData("COLLEAGUE-A\u030A")]
    public void Neither_the_recommender_nor_a_writer_decides_however_the_name_is_spelled(string decider)
    {
        An(Recommended, Outcome.Approve).Approve(new Official(decider)).DemandError("four-eyes-required");
        An(Recommended, Outcome.Refuse).Refuse(new Official(decider)).DemandError("four-eyes-required");
    }

    [Theory]
    [InlineData(Submitted, "start-review")]
    [InlineData(UnderReview, "request-information")]
    [InlineData(UnderReview, "recommend")]
    [InlineData(Recommended, "return")]
    [InlineData(Recommended, "approve")]
    public void Whoever_wrote_the_application_or_acts_for_its_applicant_makes_no_move_of_the_ministry(ApplicationStatus status,
        string transition)
    {
        foreach (var interested in new[] { new Official("approver-9", Bin), new Official("COLLEAGUE-Å"),
            new Official("applicant-970740000838", "020240000555") })
            Move(An(status, Outcome.Approve), transition, interested).DemandError("four-eyes-required");
        Assert.False(Move(An(status, Outcome.Approve), transition, new Official("approver-9", "020240000555")).IsFailure);
    }

    private static Result<ApplicationStatus> Move(PermitApplication application, string transition, Official by) => transition switch
    {
        "start-review" => application.StartReview(by),
        "request-information" => application.RequestInformation(by),
        "recommend" => application.Recommend(by),
        "return" => application.Return(by),
        _ => application.Approve(by),
    };

    [Fact]
    public void What_an_applicant_may_do_does_not_tell_what_was_recommended() =>
        Assert.Equal(An(Recommended, Outcome.Approve).AllowedToApplicant, An(Recommended, Outcome.Refuse).AllowedToApplicant);

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
        Assert.Equal(possible, !An(status).Assign(Officer, new Official("officer-2")).IsFailure);
        var refused = possible ? "four-eyes-required" : "invalid-transition";
        An(status).Assign(Officer, new Official("Applicant-970740000838")).DemandError(refused);
        An(status).Assign(Officer, new Official("officer-2", Bin)).DemandError(refused);
        An(status).Assign(new Official("officer-3", Bin), new Official("officer-2")).DemandError(refused);
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
        ApplicantBin = Bin,
        Writers = ["applicant-970740000838", "colleague-å"],
        RecommendedBy = outcome is null ? null : "officer-1",
        RecommendedOutcome = outcome,
    };
}
