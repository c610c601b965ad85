namespace KzLicensing.Domain.Assessments;

/// <summary>The last days to declare, where the law asks for it, and to pay.</summary>
public sealed record DueDays(DateOnly? DeclareBy, DateOnly DueOn);

/// <summary>When quarters of these years are declared and paid, counted from the quarter's end; a row of the law.</summary>
/// <param name="DeclarationMonthOffset">1 is the month after the quarter; null: no declaration.</param>
public sealed record Deadline(
    DateOnly EffectiveFrom, DateOnly? EffectiveTo, int? DeclarationMonthOffset, int? DeclarationDay, int PaymentMonthOffset, int PaymentDay)
{
    public bool Covers(Quarter quarter) => EffectiveFrom <= quarter.From && (EffectiveTo is null || quarter.From <= EffectiveTo);

    /// <summary>A day that is not a working day moves to the next one. Fails with <c>calendar-year-missing</c>.</summary>
    public Result<DueDays> For(Quarter quarter, WorkingCalendar calendar)
    {
        var dueOn = calendar.OnOrAfter(Day(quarter, PaymentMonthOffset, PaymentDay));
        if (DeclarationMonthOffset is not { } offset || DeclarationDay is not { } day) return dueOn.Map(due => new DueDays(null, due));
        return calendar.OnOrAfter(Day(quarter, offset, day)).Then(declareBy => dueOn.Map(due => new DueDays(declareBy, due)));
    }

    private static DateOnly Day(Quarter quarter, int monthOffset, int day) => quarter.To.AddMonths(monthOffset - 1).AddDays(day - 1);
}
