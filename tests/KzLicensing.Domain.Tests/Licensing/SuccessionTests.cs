using KzLicensing.Domain.Licensing;
using Xunit;

namespace KzLicensing.Domain.Tests.Licensing;

public sealed class SuccessionTests
{
    private const int OpensDays = 90;
    private static readonly DateOnly Last = new(2028, 12, 31);

    [Theory]
    [InlineData("2028-10-01", "renewal-too-early")]
    [InlineData("2028-10-02", null)]
    [InlineData("2028-12-31", null)]
    [InlineData("2029-01-01", "previous-license-not-active")]
    public void A_renewal_is_filed_within_ninety_days_before_expiry(string day, string? code) =>
        Assert.Equal(code, Renewal(day, kw: 5000)?.Code);

    [Fact]
    public void A_renewal_keeps_power_region_subtype_and_host()
    {
        Assert.Equal("renewal-keeps-capacity", Renewal("2028-11-01", kw: 5001)?.Code);
        Assert.Equal("renewal-keeps-capacity", Renewal("2028-11-01", kw: 4999)?.Code);
        Assert.Equal("reissue-keeps-site", Renewal("2028-11-01", region: "55")?.Code);
        Assert.Equal("reissue-keeps-site", Renewal("2028-11-01", subtype: Subtype.II)?.Code);
        Assert.Equal("reissue-keeps-site", Renewal("2028-11-01", host: "KZ-DM-I-2026-000002")?.Code);
    }

    [Fact]
    public void A_suspended_license_is_still_held_and_an_ended_one_is_not()
    {
        Assert.Null(Amendment("2026-07-01", new LicenseEvent(LicenseEventKind.Suspended, new(2026, 6, 1), new(2026, 8, 31))));
        Assert.Equal("previous-license-not-active",
            Amendment("2026-07-01", new LicenseEvent(LicenseEventKind.Surrendered, new(2026, 7, 1), null))?.Code);
        Assert.Null(Amendment("2026-06-30", new LicenseEvent(LicenseEventKind.Revoked, new(2026, 7, 1), null)));
        Assert.Equal("previous-license-not-active", Amendment("2025-12-31")?.Code);
    }

    [Fact]
    public void A_license_that_is_given_up_before_its_term_is_not_renewed()
    {
        var leaving = A(new LicenseEvent(LicenseEventKind.Surrendered, new(2028, 12, 1), null));
        Assert.Equal("previous-license-not-active",
            Succession.RefuseRenewal(leaving, Subtype.I, "35", null, 5000, new(2028, 11, 1), OpensDays)?.Code);
    }

    private static Error? Renewal(string day, int kw = 5000, string region = "35", Subtype subtype = Subtype.I, string? host = null) =>
        Succession.RefuseRenewal(A(), subtype, region, host, kw, Law.Day(day), OpensDays);

    private static Error? Amendment(string day, params LicenseEvent[] events) =>
        Succession.RefuseAmendment(A(events), Subtype.I, "35", null, Law.Day(day));

    private static LicenseSnapshot A(params LicenseEvent[] events) =>
        new("KZ-DM-I-2026-000001", Subtype.I, "35", null, 5000, new LicenseTerm(new(2026, 1, 1), Last, events));
}
