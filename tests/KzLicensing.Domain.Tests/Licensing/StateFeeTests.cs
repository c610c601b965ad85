using KzLicensing.Domain.Licensing;
using Xunit;

namespace KzLicensing.Domain.Tests.Licensing;

public sealed class StateFeeTests
{
    private const decimal Multiple = 2000, Mci = 4325;
    private static readonly DateOnly Today = new(2026, 3, 2);

    [Fact]
    public void The_fee_is_a_multiple_of_the_index_to_the_tenge()
    {
        Assert.Null(StateFee.Check(Today, 8_650_000, Today, Multiple, Mci));
        var error = StateFee.Check(Today, 8_649_999, Today, Multiple, Mci);
        Assert.Equal("state-fee-too-low", error?.Code);
        Assert.Equal(8_650_000m, error?.Extensions["requiredKzt"]);
    }

    [Fact]
    public void A_fee_that_was_not_paid_is_missing()
    {
        Assert.Equal("state-fee-missing", StateFee.Check(null, 8_650_000, Today, Multiple, Mci)?.Code);
        Assert.Equal("state-fee-missing", StateFee.Check(Today, null, Today, Multiple, Mci)?.Code);
    }

    [Fact]
    public void A_payment_of_tomorrow_is_not_a_payment() =>
        Assert.Equal("state-fee-in-future", StateFee.Check(Today.AddDays(1), 8_650_000, Today, Multiple, Mci)?.Code);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Without_the_index_or_the_multiple_of_that_day_nothing_is_guessed(bool multiple, bool mci) =>
        Assert.Equal("state-fee-unknown", StateFee.Check(Today, 8_650_000, Today, multiple ? Multiple : null, mci ? Mci : null)?.Code);
}
