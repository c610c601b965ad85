namespace KzLicensing.Domain.Metering;

/// <summary>How the electricity of a metering point is obtained.</summary>
public enum PowerSource
{
    GridPurchase,
    Import,
    OwnGeneration,
    OwnRenewable,
    OffGridGenerator,
}

/// <summary>Whether the commercial meter can be relied on.</summary>
public enum MeterState
{
    Working,
    Absent,
    Faulty,
}
