using KzLicensing.Domain.Licensing;

namespace KzLicensing.Domain.Findings;

/// <summary>Finds what is wrong at a metering point. Nothing is stored: the answer is as current as what it is computed from.</summary>
public sealed class FindingRules
{
    private readonly IReadOnlyList<Stretch> stretches;
    private readonly MeterHours hours;
    private readonly Func<DateOnly, decimal?> boughtKwh;
    private readonly int now;
    private readonly Dictionary<FindingKind, Runs> runs;
    private readonly List<Finding> findings = [];

    private FindingRules(
        IReadOnlyList<Stretch> stretches, MeterHours hours, Func<DateOnly, decimal?> boughtKwh,
        IReadOnlyList<Acknowledgement> acknowledged, DateTimeOffset now)
    {
        (this.stretches, this.hours, this.boughtKwh, this.now) = (stretches, hours, boughtKwh, CivilTime.HourOf(now));
        var latestFirst = acknowledged.OrderByDescending(a => a.At).ToLookup(a => a.Kind);
        runs = Enum.GetValues<FindingKind>().ToDictionary(k => k, k => new Runs(k, [.. latestFirst[k]], findings));
    }

    /// <summary>All findings in the order of kind and time; ranges of one kind never touch unless one of them is acknowledged.</summary>
    /// <param name="stretches">As <see cref="Stretch.Of"/> gave them; whole months, for what is judged by the month.</param>
    /// <param name="boughtKwh">By the first day of the month; null where purchases are not to be judged.</param>
    public static IReadOnlyList<Finding> Find(
        IReadOnlyList<Stretch> stretches, MeterHours hours, Func<DateOnly, decimal?> boughtKwh,
        IReadOnlyList<Acknowledgement> acknowledged, DateTimeOffset now)
    {
        var rules = new FindingRules(stretches, hours, boughtKwh, acknowledged, now);
        foreach (var month in stretches.GroupBy(s => s.Month)) rules.JudgeMonth(month.Key, [.. month]);
        foreach (var run in rules.runs.Values) run.Close();
        return JoinUnused([.. rules.findings.OrderBy(f => f.Kind).ThenBy(f => f.FromHour)]);
    }

    /// <summary>A license that goes unused for months is one finding; where somebody took note of a part, each part is told.</summary>
    private static List<Finding> JoinUnused(IReadOnlyList<Finding> sorted)
    {
        var joined = new List<Finding>();
        foreach (var finding in sorted)
        {
            var goesOn = finding.Kind is FindingKind.LicenseWithoutLoad && joined is [.., var before] && before.Kind == finding.Kind
                && before.ToHour == finding.FromHour && ReferenceEquals(before.Acknowledged, finding.Acknowledged);
            if (goesOn) joined[^1] = joined[^1] with { ToHour = finding.ToHour };
            else joined.Add(finding);
        }

        return joined;
    }

    private void JudgeMonth(DateOnly month, IReadOnlyList<Stretch> parts)
    {
        var read = parts.Select(JudgeHours).ToList();
        var known = read.Sum(r => r.Known);
        var thresholds = parts[0].Thresholds;
        var end = Math.Min(parts[^1].ToHour, now);

        if (read.Sum(r => r.Estimated) * 100 > thresholds.EstimatedMaxPercent * known)
            Add(FindingKind.TooMuchEstimated, parts, end, [.. read.Select(r => r.EstimatedWh)]);

        var total = read.Sum(r => r.Wh);
        if (IsOver(parts, thresholds.GraceHours) && known > 0 && total == 0 && parts.All(p => p.IsMetered && p.License is LicenseStatus.Active))
            Add(FindingKind.LicenseWithoutLoad, parts, end, [.. parts.Select(_ => 0L)]);

        if (IsOver(parts, thresholds.PurchasesDueDays * 24) && parts.All(p => p.IsMetered && p.IsBought) && boughtKwh(month) is { } bought)
            JudgePurchases(parts, end, total, (long)(bought * 1000), thresholds.MismatchPercent);
    }

    private bool IsOver(IReadOnlyList<Stretch> parts, int patienceHours) => parts[^1].ToHour + patienceHours <= now;

    private void JudgePurchases(IReadOnlyList<Stretch> parts, int end, long readWh, long boughtWh, decimal percent)
    {
        var difference = Math.Abs(readWh - boughtWh);
        if (difference * 100 <= percent * Math.Max(readWh, boughtWh)) return;
        // A month's purchases know no days: the difference is charged at the last rate.
        Add(FindingKind.PurchasesMismatch, parts, end, [.. parts.SkipLast(1).Select(_ => 0L), difference]);
    }

    private void Add(FindingKind kind, IReadOnlyList<Stretch> parts, int end, IReadOnlyList<long> wh)
    {
        var kwh = wh.Sum() / 1000m;
        var kzt = parts.Zip(wh).Aggregate((decimal?)0m, (sum, p) => p.Second == 0 ? sum : sum + p.Second * p.First.KztPerKwh / 1000);
        findings.Add(new Finding(kind, parts[0].FromHour, end, kwh, Money(kzt), runs[kind].Covering(parts[0].FromHour, end, kwh)));
    }

    private Sums JudgeHours(Stretch stretch)
    {
        var sums = new Sums();
        var limit = (long)(stretch.State.MaximumCapacityKw * (1000 + stretch.Thresholds.OverCapacityPercent * 10));
        for (var hour = stretch.FromHour; hour < Math.Min(stretch.ToHour, now); hour++)
        {
            if (hours.WhIn(hour) is not { } wh)
            {
                if (stretch.IsMetered && hour + 1 + stretch.Thresholds.GraceHours <= now) Mark(FindingKind.Gap, stretch, hour, stretch.CapacityWh);
                continue;
            }

            sums.Add(wh, hours.IsEstimated(hour));
            if (wh > limit) Mark(FindingKind.OverCapacity, stretch, hour, wh - stretch.CapacityWh);
            if (LoadFinding(stretch.License) is { } kind && wh > 0) Mark(kind, stretch, hour, wh);
            if (wh == 0 && stretch.IsMetered && stretch.License is LicenseStatus.Active) Mark(FindingKind.FlatZero, stretch, hour, stretch.CapacityWh);
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

    private void Mark(FindingKind kind, Stretch stretch, int hour, long wh) => runs[kind].Mark(stretch, hour, wh);

    private static decimal? Money(decimal? kzt) => kzt is { } sum ? decimal.Round(sum, 2, MidpointRounding.AwayFromZero) : null;

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

    /// <summary>Joins marked hours of one kind; a run is cut where an acknowledgement begins or ends, and dropped when it is too short.</summary>
    private sealed class Runs(FindingKind kind, IReadOnlyList<Acknowledgement> acknowledged, List<Finding> found)
    {
        private readonly List<Finding> pieces = [];
        private Stretch? stretch;
        private Acknowledgement? cover;
        private int from, to;
        private long wholeWh, wh;
        private decimal? kzt = 0;

        public void Mark(Stretch at, int hour, long marked)
        {
            var covering = At(hour);
            if (stretch is null || hour != to) Close();
            else if (!ReferenceEquals(covering, cover)) EndPiece();
            if (stretch is null) (from, cover) = (hour, covering);
            if (!ReferenceEquals(at, stretch)) Settle();
            (stretch, to, wh) = (at, hour + 1, wh + marked);
        }

        /// <summary>Ends the run; what follows is another one.</summary>
        public void Close()
        {
            if (stretch is null) return;
            var min = MinHours(stretch.Thresholds);
            EndPiece();
            if (pieces.Sum(p => p.Hours) >= min) found.AddRange(pieces);
            pieces.Clear();
        }

        public Acknowledgement? Covering(int first, int end, decimal kwh) =>
            acknowledged.FirstOrDefault(a => a.FromHour <= first && end <= a.ToHour && kwh <= a.Kwh);

        private Acknowledgement? At(int hour) => acknowledged.Count == 0 ? null : acknowledged.FirstOrDefault(a => a.FromHour <= hour && hour < a.ToHour);

        private void EndPiece()
        {
            Settle();
            var kwh = wholeWh / 1000m;
            pieces.Add(new Finding(kind, from, to, kwh, Money(kzt), kwh <= cover?.Kwh ? cover : null));
            (stretch, wholeWh, kzt) = (null, 0, 0);
        }

        /// <summary>Charges what was marked in the stretch that ends.</summary>
        private void Settle()
        {
            if (stretch is not null) kzt += wh * stretch.KztPerKwh / 1000;
            (wholeWh, wh) = (wholeWh + wh, 0);
        }

        private int MinHours(FindingThresholds thresholds) => kind switch
        {
            FindingKind.Gap => thresholds.GapMinHours,
            FindingKind.FlatZero => thresholds.ZeroMinHours,
            _ => 1,
        };
    }
}
