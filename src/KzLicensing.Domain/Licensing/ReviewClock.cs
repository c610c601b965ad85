namespace KzLicensing.Domain.Licensing;

/// <summary>Where the statutory term of review stands.</summary>
public sealed record ReviewTerm(DateOnly DueOn, int WorkingDaysUsed, bool Overdue);

/// <summary>The term of review in working days from the day after submission, stopped while the applicant holds the file.</summary>
public static class ReviewClock
{
    /// <param name="submittedOn">The day of submission; the term starts on the next day.</param>
    /// <param name="held">Days on which the applicant held the file.</param>
    /// <param name="until">Today, or the day of the decision.</param>
    /// <param name="workingDays">The length of the term.</param>
    public static Result<ReviewTerm> Read(DateOnly submittedOn, IReadOnlyList<DayRange> held, DateOnly until, int workingDays,
        WorkingCalendar calendar)
    {
        var used = 0;
        var left = workingDays;
        var due = submittedOn;
        for (var day = submittedOn.AddDays(1); left > 0 || day <= until; day = day.AddDays(1))
        {
            var working = calendar.IsWorkingDay(day);
            if (working.IsFailure) return working.Error;
            if (!working.Value || held.Any(h => h.Contains(day))) continue;
            if (day <= until) used++;
            if (left-- > 0) due = day;
        }

        return new ReviewTerm(due, used, used > workingDays);
    }
}
