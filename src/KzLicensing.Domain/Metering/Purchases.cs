namespace KzLicensing.Domain.Metering;

/// <summary>What was bought at a metering point over the quarter; both sums are kept, and the price is their ratio.</summary>
public sealed record Purchases(decimal Kwh, decimal CostKzt)
{
    /// <summary>KZT per kWh with four decimals, for people; null when nothing was bought. Rules compare the sums instead.</summary>
    public decimal? AveragePriceKzt() => Kwh > 0 ? decimal.Round(CostKzt / Kwh, 4, MidpointRounding.AwayFromZero) : null;
}
