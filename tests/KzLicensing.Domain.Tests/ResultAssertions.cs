using Xunit;

namespace KzLicensing.Domain.Tests;

internal static class ResultAssertions
{
    public static T Demand<T>(this Result<T> result)
    {
        Assert.True(!result.IsFailure, result.Error?.Detail);
        return result.Value!;
    }

    public static Error DemandError<T>(this Result<T> result, string code)
    {
        Assert.True(result.IsFailure, $"Expected {code}, got {result.Value}.");
        Assert.Equal(code, result.Error.Code);
        return result.Error;
    }
}
