using CsCheck;
using KzLicensing.Domain.Licensing;
using Xunit;
using static KzLicensing.Domain.Licensing.LicenseStatus;

namespace KzLicensing.Domain.Tests.Licensing;

public sealed class LicenseTermTests
{
    private static readonly DateOnly First = new(2026, 1, 1), Last = new(2028, 12, 31);
    private static readonly DayRange Period = new(First.AddDays(-30), Last.AddDays(30));
    private static readonly Gen<DateOnly> AnyDay = Gen.Int[Period.From.DayNumber, Period.To.DayNumber].Select(DateOnly.FromDayNumber);

    private static readonly Gen<LicenseEvent> AnyEvent = Gen.OneOf(
        Gen.Select(AnyDay, Gen.Int[0, 180], (from, days) => new LicenseEvent(LicenseEventKind.Suspended, from, from.AddDays(days))),
        AnyDay.Select(from => new LicenseEvent(LicenseEventKind.Resumed, from, null)),
        AnyDay.Select(from => new LicenseEvent(LicenseEventKind.Surrendered, from, null)),
        AnyDay.Select(from => new LicenseEvent(LicenseEventKind.Revoked, from, null)));

    [Theory]
    [InlineData("2025-12-31", Pending)]
    [InlineData("2026-01-01", Active)]
    [InlineData("2026-05-31", Active)]
    [InlineData("2026-06-01", Suspended)]
    [InlineData("2026-08-31", Suspended)]
    [InlineData("2026-09-01", Active)]
    [InlineData("2028-12-31", Active)]
    [InlineData("2029-01-01", Expired)]
    public void The_term_and_a_suspension_hold_from_their_first_through_their_last_day(string day, LicenseStatus status) =>
        Assert.Equal(status, A(Suspension("2026-06-01", "2026-08-31")).StatusOn(Law.Day(day)));

    [Theory]
    [InlineData("2028-02-29", 36, "2031-02-28")]
    [InlineData("2028-02-28", 36, "2031-02-27")]
    [InlineData("2028-03-01", 36, "2031-02-28")]
    [InlineData("2025-03-01", 36, "2028-02-29")]
    [InlineData("2026-01-31", 1, "2026-02-28")]
    [InlineData("2026-01-29", 1, "2026-02-28")]
    [InlineData("2026-01-28", 1, "2026-02-27")]
    [InlineData("2028-01-30", 1, "2028-02-29")]
    public void A_term_in_months_ends_the_day_before_the_one_of_the_same_number_or_with_the_month(string from, int months, string last) =>
        Assert.Equal(Law.Day(last), LicenseTerm.LastDay(Law.Day(from), months));

    [Fact]
    public void A_resumption_ends_a_suspension_early_and_not_a_later_one()
    {
        var term = A(
            Suspension("2026-06-01", "2026-08-31"), On(LicenseEventKind.Resumed, "2026-07-01"), Suspension("2026-10-01", "2026-11-30"));
        Assert.Equal(Suspended, term.StatusOn(new DateOnly(2026, 6, 30)));
        Assert.Equal(Active, term.StatusOn(new DateOnly(2026, 7, 1)));
        Assert.Equal(Suspended, term.StatusOn(new DateOnly(2026, 10, 1)));
    }

    [Fact]
    public void An_end_by_court_or_by_the_holder_outlasts_everything()
    {
        var term = A(On(LicenseEventKind.Surrendered, "2026-06-01"), Suspension("2026-07-01", "2026-08-31"));
        Assert.Equal(Surrendered, term.StatusOn(new DateOnly(2026, 7, 15)));
        Assert.Equal(Surrendered, term.StatusOn(new DateOnly(2029, 6, 1)));
        var revoked = A(On(LicenseEventKind.Revoked, "2026-06-01"), On(LicenseEventKind.Surrendered, "2026-05-01"));
        Assert.Equal(Revoked, revoked.StatusOn(new DateOnly(2026, 6, 1)));
    }

    [Fact]
    public void Active_ranges_hold_exactly_the_active_days_of_the_term() => AnyEvent.List[0, 5].Sample(events =>
    {
        var term = new LicenseTerm(First, Last, events);
        var ranges = term.ActiveWithin(Period);
        for (var day = Period.From; day < Period.To; day = day.AddDays(1))
            Assert.Equal(term.StatusOn(day) is Active, ranges.Any(r => r.Contains(day)));
    });

    [Fact]
    public void A_license_is_active_on_no_day_outside_its_term() =>
        Assert.Empty(A().ActiveWithin(new DayRange(Last.AddDays(1), Last.AddDays(90))));

    [Fact]
    public void Of_a_resumption_and_a_suspension_on_one_day_the_later_decision_counts()
    {
        var day = new DateOnly(2026, 6, 1);
        Assert.Equal(Active, A(Suspension("2026-06-01", "2026-08-31"), On(LicenseEventKind.Resumed, "2026-06-01")).StatusOn(day));
        Assert.Equal(Suspended, A(On(LicenseEventKind.Resumed, "2026-06-01"), Suspension("2026-06-01", "2026-08-31")).StatusOn(day));
    }

    [Theory]
    [InlineData("2026-02-01", "2026-02-27", "suspension-too-short")]
    [InlineData("2026-02-01", "2026-02-28", null)]
    [InlineData("2026-01-31", "2026-02-27", null)]
    [InlineData("2026-02-01", "2026-08-01", null)]
    [InlineData("2026-02-01", "2026-08-02", "suspension-too-long")]
    [InlineData("2025-12-31", "2026-02-28", "outside-license-term")]
    [InlineData("2029-01-01", "2029-02-28", "outside-license-term")]
    public void A_suspension_lasts_one_to_six_months_within_the_term(string from, string until, string? code) =>
        Assert.Equal(code, A().RefuseSuspension(Law.Day(from), Law.Day(until), 1, 6)?.Code);

    [Fact]
    public void What_is_accepted_is_what_the_day_then_shows() =>
        Gen.Select(AnyEvent.List[0, 4], AnyDay, Gen.Int[28, 190]).Sample((events, from, days) =>
    {
        var (term, until) = (new LicenseTerm(First, Last, events), from.AddDays(days));
        var held = term.StatusOn(from) is Pending or Active or Suspended;
        if (term.RefuseSuspension(from, until, 1, 6) is null)
        {
            var suspended = term with { Events = [.. events, new LicenseEvent(LicenseEventKind.Suspended, from, until)] };
            Assert.Equal(Suspended, suspended.StatusOn(from));
            Assert.Null(suspended.RefuseResumption(from));
        }

        Assert.Equal(held && from <= Last, term.RefuseSurrender(from, from) is null);
        Assert.Equal(held && from <= Last, term.RefuseRevocation(from, from, from) is null);
        if (term.StatusOn(from) is Suspended) Assert.Equal(from, term.ResumableFrom(from));
        if (term.ResumableFrom(from) is { } first)
        {
            Assert.True(first >= from && term.StatusOn(first) is Suspended);
            Assert.Equal(Active, (term with { Events = [.. events, new LicenseEvent(LicenseEventKind.Resumed, first, null)] })
                .StatusOn(first));
        }
        Assert.Equal("surrender-in-past", term.RefuseSurrender(from.AddDays(-1), from)?.Code);
        Assert.Equal("before-court-act", term.RefuseRevocation(from, from.AddDays(-1), from)?.Code);
        Assert.Equal("court-act-in-future", term.RefuseRevocation(from.AddDays(1), from.AddDays(1), from)?.Code);
    });

    [Fact]
    public void An_ended_license_allows_nothing() => AnyEvent.List[0, 4].Sample(events =>
    {
        var term = new LicenseTerm(First, Last, events);
        for (var day = Period.From; day < Period.To; day = day.AddDays(17))
        {
            Assert.Equal(term.StatusOn(day) is Expired or Revoked or Surrendered, term.Allowed(day).Count == 0);
            Assert.Subset(LicenseTerm.Transitions.ToHashSet(), term.Allowed(day).ToHashSet());
            Assert.Equal(term.StatusOn(day) is Active, term.Allowed(day).Contains("suspend"));
        }
    });

    private static LicenseTerm A(params LicenseEvent[] events) => new(First, Last, events);
    private static LicenseEvent Suspension(string from, string until) => new(LicenseEventKind.Suspended, Law.Day(from), Law.Day(until));
    private static LicenseEvent On(LicenseEventKind kind, string day) => new(kind, Law.Day(day), null);
}
