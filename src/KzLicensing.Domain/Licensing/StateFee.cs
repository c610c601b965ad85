namespace KzLicensing.Domain.Licensing;

/// <summary>The fee for considering an application: a multiple of the monthly calculation index of the payment day.</summary>
public static class StateFee
{
    /// <param name="multiple">MCI units for the subtype.</param>
    /// <param name="mciKzt">The index on the payment day; null when it is not known.</param>
    public static Error? Check(DateOnly? paidOn, decimal? amountKzt, DateOnly today, decimal? multiple, decimal? mciKzt)
    {
        if (paidOn is null || amountKzt is null) return LicensingErrors.StateFeeMissing();
        if (paidOn > today) return LicensingErrors.StateFeeInFuture(paidOn.Value);
        if (mciKzt is null || multiple is null) return LicensingErrors.StateFeeUnknown(paidOn.Value);
        var required = multiple.Value * mciKzt.Value;
        return amountKzt < required ? LicensingErrors.StateFeeTooLow(required) : null;
    }
}
