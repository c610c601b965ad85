using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;

namespace KzLicensing.Domain.Findings;

/// <summary>Finds what is wrong at a metering point. Nothing is stored: the answer is as current as what it is computed from.</summary>
public sealed class FindingRules
{
    private static readonly FindingKind[] Kinds = Enum.GetValues<FindingKind>();

    private readonly MeterHours hours;
    private readonly Func<DateOnly, decimal?> boughtKwh;
    private readonly DateTimeOffset now;
    private readonly int thisHour;
    private readonly Runs[] runs;
    private readonly List<Finding> findings = [];

    private FindingRules(
        MeterHours hours, Func<DateOnly, decimal?> boughtKwh, IReadOnlyList<Acknowledgement> acknowledged, DateTimeOffset now,
        Acknowledgement? proposed)
    {
        (this.hours, this.boughtKwh, this.now, thisHour) = (hours, boughtKwh, now, CivilTime.HourOf(now));
        var latestFirst = acknowledged.OrderByDescending(a => a.At).ToLookup(a => a.Kind);
        runs = [.. Kinds.Select(k => new Runs(k, hours, [.. latestFirst[k]], proposed?.Kind == k ? proposed : null, findings))];
    }

    /// <summary>
    /// All findings in the order of kind and time; ranges of one kind never touch unless one of them is acknowledged, the year ends, or
    /// somebody else pays.
    /// </summary>
    /// <param name="stretches">As <see cref="Stretch.Of"/> gave them.</param>
    /// <param name="months">The whole months among them, for what is judged by the month.</param>
    /// <param name="boughtKwh">By the first day of the month; null where purchases are not to be judged.</param>
    /// <param name="proposed">
    /// Holds for whatever of its kind lies within its hours: these findings carry it with their own hours and evidence.
    /// </param>
    public static IReadOnlyList<Finding> Find(
        IReadOnlyList<Stretch> stretches, DayRange months, MeterHours hours, Func<DateOnly, decimal?> boughtKwh,
        IReadOnlyList<Acknowledgement> acknowledged, DateTimeOffset now, Acknowledgement? proposed = null)
    {
        var rules = new FindingRules(hours, boughtKwh, acknowledged, now, proposed);
        foreach (var month in stretches.GroupBy(s => (s.Month, s.IsKnown)))
            rules.Judge(month.Key.Month, [.. month], month.Key.IsKnown && months.Contains(month.Key.Month));
        foreach (var run in rules.runs) run.Close();
        return [.. rules.findings.OrderBy(f => f.Kind).ThenBy(f => f.FromHour)];
    }

    private void Judge(DateOnly month, IReadOnlyList<Stretch> parts, bool isWhole)
    {
        var read = parts.Select(JudgeHours).ToList();
        if (!isWhole) return;
        // What is said of a payer's share of the month is said to the payer and to everybody else alike.
        for (int from = 0, to; from < parts.Count; from = to)
        {
            to = from + 1;
            while (to < parts.Count && parts[to].State?.PayerBin == parts[from].State?.PayerBin) to++;
            JudgeShare([.. parts.Take(from..to)], [.. read.Take(from..to)]);
        }

        if (IsOver(parts, parts[0].Thresholds.PurchasesDueDays * 24) && parts.All(p => p.IsMetered && p.IsBought)
            && boughtKwh(month) is { } bought)
            JudgePurchases(parts, read.Sum(r => r.Wh), long.CreateSaturating(bought * 1000), parts[0].Thresholds.MismatchPercent);
    }

    private void JudgeShare(IReadOnlyList<Stretch> parts, IReadOnlyList<Sums> read)
    {
        var known = read.Sum(r => r.Known);
        var thresholds = parts[0].Thresholds;
        var end = Math.Min(parts[^1].ToHour, thisHour);

        if (read.Sum(r => r.Estimated) * 100 > thresholds.EstimatedMaxPercent * known)
        {
            foreach (var (part, sums) in parts.Zip(read))
                Mark(FindingKind.TooMuchEstimated, part, parts[0].FromHour, end, sums.EstimatedWh);
            RunsOf(FindingKind.TooMuchEstimated).Close();
        }

        var total = read.Sum(r => r.Wh);
        // Not closed: a license that goes unused for months is one finding.
        if (IsOver(parts, thresholds.GraceHours) && known > 0 && total == 0
            && parts.All(p => p.IsMetered && p.License is LicenseStatus.Active))
            Mark(FindingKind.LicenseWithoutLoad, parts[^1], parts[0].FromHour, end, 0);
    }

    private bool IsOver(IReadOnlyList<Stretch> parts, int patienceHours) => parts[^1].ToHour + patienceHours <= thisHour;

    private void JudgePurchases(IReadOnlyList<Stretch> parts, long readWh, long boughtWh, decimal percent)
    {
        var difference = readWh - boughtWh;
        if (Math.Abs(difference) * 100m <= percent * Math.Max(readWh, boughtWh)) return;
        // A month's purchases know no days: the difference is charged at the last rate.
        Mark(FindingKind.PurchasesMismatch, parts[^1], parts[0].FromHour, Math.Min(parts[^1].ToHour, thisHour), difference);
        RunsOf(FindingKind.PurchasesMismatch).Close();
    }

    private Sums JudgeHours(Stretch stretch)
    {
        var sums = new Sums();
        var (limit, due) = (stretch.LimitWh, ExpectedReadings.DueBefore(now, stretch.Thresholds.GraceHours));
        var (isMetered, isActive, ofLoad) = (stretch.IsMetered, stretch.License is LicenseStatus.Active, LoadFinding(stretch.License));
        for (var hour = stretch.FromHour; hour < Math.Min(stretch.ToHour, thisHour); hour++)
        {
            if (hours.WhIn(hour) is not { } wh)
            {
                if (isMetered && hour < due) Mark(FindingKind.Gap, stretch, hour, stretch.CapacityWh);
                continue;
            }

            sums.Add(wh, hours.IsEstimated(hour));
            if (wh > limit) Mark(FindingKind.OverCapacity, stretch, hour, wh - stretch.CapacityWh);
            if (ofLoad is { } kind && wh > 0) Mark(kind, stretch, hour, wh);
            if (wh == 0 && isMetered && isActive) Mark(FindingKind.FlatZero, stretch, hour, stretch.CapacityWh);
        }

        return sums;
    }

    /// <summary>What it is to use electricity under a license in this state; null when it is in order.</summary>
    private static FindingKind? LoadFinding(LicenseStatus? license) => license switch
    {
        LicenseStatus.Active => null,
        LicenseStatus.Suspended or LicenseStatus.Revoked => FindingKind.LoadWhileSuspended,
        LicenseStatus.Pending or LicenseStatus.Expired or LicenseStatus.Surrendered or null => FindingKind.LoadWithoutLicense,
    };

    private void Mark(FindingKind kind, Stretch stretch, int hour, long wh) => Mark(kind, stretch, hour, hour + 1, wh);

    private void Mark(FindingKind kind, Stretch stretch, int from, int to, long wh) => RunsOf(kind).Add(new Mark(from, to, wh, stretch));

    private Runs RunsOf(FindingKind kind) => runs[(int)kind];

    /// <summary>What was read in a stretch.</summary>
    private sealed class Sums
    {
        public long Wh, EstimatedWh;
        public int Known, Estimated;

        public void Add(int wh, bool estimated)
        {
            (Wh, Known) = (Wh + wh, Known + 1);
            if (estimated) (EstimatedWh, Estimated) = (EstimatedWh + wh, Estimated + 1);
        }
    }
}
