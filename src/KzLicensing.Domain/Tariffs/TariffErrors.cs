namespace KzLicensing.Domain.Tariffs;

/// <summary>Every way in which a tariff's rules contradict themselves.</summary>
public static class TariffErrors
{
    public static Error PriceScaleBroken() =>
        new("price-scale-broken", "In a price scale each step begins where the one before ends, and both ends are open.");

    public static Error RateAmbiguous() => new("rate-ambiguous", "A rule says either a rate per kWh or a multiplier of the price.");

    public static Error HoursAndBands() =>
        new("hours-and-bands", "A tariff narrows by hours of the day or by volume bands, not by both: no law says which kWh comes first.");
}
