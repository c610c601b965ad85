namespace KzLicensing.Domain.Assessments;

/// <summary>When quarters of these years are declared and paid, counted from the quarter's end; a row of the law.</summary>
/// <param name="DeclarationMonthOffset">1 is the month after the quarter; null: no declaration.</param>
public sealed record Deadline(
    DateOnly EffectiveFrom, DateOnly? EffectiveTo, int? DeclarationMonthOffset, int? DeclarationDay, int PaymentMonthOffset, int PaymentDay)
{
    public bool Covers(Quarter quarter) => EffectiveFrom <= quarter.From && (EffectiveTo is null || quarter.From <= EffectiveTo);

    public Result<DateOnly>? DeclareBy(Quarter quarter, WorkingCalendar calendar) =>
        DeclarationMonthOffset is null ? default(Result<DateOnly>?) : Due(quarter, DeclarationMonthOffset.Value, DeclarationDay!.Value, calendar);

    public Result<DateOnly> DueOn(Quarter quarter, WorkingCalendar calendar) => Due(quarter, PaymentMonthOffset, PaymentDay, calendar);

    /// <summary>A due day that is not a working day moves to the next one.</summary>
    private static Result<DateOnly> Due(Quarter quarter, int monthOffset, int day, WorkingCalendar calendar) =>
        calendar.OnOrAfter(quarter.To.AddMonths(monthOffset - 1).AddDays(day - 1));
}
