namespace KzLicensing.Domain.Findings;

/// <summary>An hour of which something is wrong, or a part of a month that is judged as a whole.</summary>
/// <param name="FromHour">Parts of a month all begin and end with it, so that it is never cut.</param>
/// <param name="Wh">At stake, whatever the sign: it tells purchases that exceed what was read from those that fall short of it.</param>
internal readonly record struct Mark(int FromHour, int ToHour, long Wh, Stretch Stretch);

/// <summary>Joins marks of one kind that follow each other, drops what is too short, and cuts out what an acknowledgement holds for.</summary>
/// <param name="acknowledged">The latest first.</param>
/// <param name="proposed">Takes what it finds within its hours, and tells it with the evidence.</param>
internal sealed class Runs(
    FindingKind kind, MeterHours hours, IReadOnlyList<Acknowledgement> acknowledged, Acknowledgement? proposed, List<Finding> found)
{
    private readonly List<Mark> run = [];
    private int end;

    public void Add(Mark mark)
    {
        if (mark.FromHour > end) Close();
        run.Add(mark);
        end = mark.ToHour;
    }

    /// <summary>Ends the run; what follows is another one.</summary>
    public void Close()
    {
        if (run.Count > 0 && end - run[0].FromHour >= MinHours(run[^1].Stretch.Thresholds)) TellApart();
        run.Clear();
    }

    /// <summary>
    /// Long or not is said of the whole run. But a year's findings are its own, so that none has to be followed through all time;
    /// and so are a payer's, so that it sees the same as everybody else.
    /// </summary>
    private void TellApart()
    {
        for (int from = 0, to; from < run.Count; from = to)
        {
            var (first, whose) = (run[from].FromHour, Whose(run[from]));
            var next = run.FindIndex(from, m => Whose(m) != whose && m.FromHour > first);
            to = next < 0 ? run.Count : next;
            Tell(run.GetRange(from, to - from));
        }
    }

    private static (int Year, string? Payer) Whose(Mark mark) => (mark.Stretch.Month.Year, mark.Stretch.State?.PayerBin);

    private void Tell(List<Mark> marks)
    {
        var holding = Holding(marks);
        for (int from = 0, to; from < marks.Count; from = to)
        {
            to = from + 1;
            while (to < marks.Count && ReferenceEquals(holding[to], holding[from])) to++;
            found.Add(ToFinding(marks.GetRange(from, to - from), holding[from], holding));
        }
    }

    /// <summary>Which acknowledgement holds for each mark; of several the latest.</summary>
    private Acknowledgement?[] Holding(List<Mark> marks)
    {
        var holding = new Acknowledgement?[marks.Count];
        if (proposed is not null) Hold(proposed, isProposed: true);
        foreach (var standing in acknowledged) Hold(standing, isProposed: false);
        return holding;

        void Hold(Acknowledgement acknowledgement, bool isProposed)
        {
            var first = marks.FindIndex(m => m.FromHour >= acknowledgement.FromHour);
            var count = first < 0 ? 0 : marks.FindLastIndex(m => m.ToHour <= acknowledgement.ToHour) + 1 - first;
            if (count <= 0 || Array.Exists(holding[first..(first + count)], h => h is not null)) return;
            var seen = Seen(acknowledgement, marks.GetRange(first, count));
            if (isProposed || seen == acknowledgement) Array.Fill(holding, isProposed ? seen : acknowledgement, first, count);
        }
    }

    /// <summary>The acknowledgement as if it had been made of these marks, now.</summary>
    private Acknowledgement Seen(Acknowledgement acknowledgement, List<Mark> marks) =>
        acknowledgement with { FromHour = marks[0].FromHour, ToHour = marks[^1].ToHour, Evidence = FindingEvidence.Of(marks, hours) };

    private Finding ToFinding(List<Mark> marks, Acknowledgement? holds, Acknowledgement?[] holding)
    {
        var (first, last) = (marks[0].FromHour, marks[^1].ToHour);
        var lapsed = holds is null ? acknowledged.FirstOrDefault(a => a.FromHour < last && first < a.ToHour && !holding.Contains(a)) : null;
        return new Finding(kind, first, last, marks.Sum(m => Math.Abs(m.Wh)) / 1000m, Charge(marks), holds, lapsed);
    }

    /// <summary>By the rate of each stretch; null where a rate is unknown.</summary>
    private static decimal? Charge(List<Mark> marks)
    {
        decimal? kzt = 0;
        for (int from = 0, to; from < marks.Count; from = to)
        {
            var (stretch, wh) = (marks[from].Stretch, 0L);
            for (to = from; to < marks.Count && ReferenceEquals(marks[to].Stretch, stretch); to++) wh += Math.Abs(marks[to].Wh);
            if (wh != 0) kzt += wh * stretch.KztPerKwh / 1000;
        }

        return kzt is { } sum ? decimal.Round(sum, 2, MidpointRounding.AwayFromZero) : null;
    }

    private int MinHours(FindingThresholds thresholds) => kind switch
    {
        FindingKind.Gap => thresholds.GapMinHours,
        FindingKind.FlatZero => thresholds.ZeroMinHours,
        _ => 1,
    };
}
