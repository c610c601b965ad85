namespace KzLicensing.Domain;

/// <summary>How an amount becomes payable; the rule is a dated parameter of the tariff.</summary>
public enum Rounding
{
    HalfUpWholeTenge,
}

/// <summary>The one place where money is rounded.</summary>
public static class Tenge
{
    /// <summary>Whole tenge; half a tenge goes up, away from zero, so that a correction mirrors what it corrects.</summary>
    public static decimal Round(decimal kzt, Rounding rule) => rule switch
    {
        Rounding.HalfUpWholeTenge => decimal.Round(kzt, 0, MidpointRounding.AwayFromZero),
    };
}
