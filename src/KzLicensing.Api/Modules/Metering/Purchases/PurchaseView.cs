namespace KzLicensing.Api.Modules.Metering.Purchases;

/// <summary>Electricity bought at a metering point in a month.</summary>
internal sealed record PurchaseView
{
    public Guid Id { get; init; }
    public string MeteringPoint { get; init; } = "";
    public string Month { get; init; } = "";
    public decimal Kwh { get; init; }
    public decimal CostKzt { get; init; }
    public string Source { get; init; } = "";
    public string Reference { get; init; } = "";
    public DateTime RecordedAt { get; init; }
}
