using System.Runtime.InteropServices;

namespace KzLicensing.Domain.Findings;

/// <summary>Hours of which something is wrong, or a part of a month that is judged as a whole.</summary>
/// <param name="FromHour">Parts of a month all begin and end with it, so that it is never cut.</param>
/// <param name="Wh">At stake, whatever the sign: it tells purchases that exceed what was read from those that fall short of it.</param>
internal readonly record struct Mark(int FromHour, int ToHour, long Wh, Stretch Stretch);

/// <summary>
/// Joins marks of one kind that follow each other, drops what is too short, and cuts out what an acknowledgement holds for.
/// </summary>
/// <param name="acknowledged">The latest first.</param>
/// <param name="proposed">Takes what it finds within its hours, and tells it with the evidence.</param>
internal sealed class Runs(
    FindingKind kind, MeterHours hours, IReadOnlyList<Acknowledgement> acknowledged, Acknowledgement? proposed, List<Finding> found)
{
    private readonly bool mayBeCut = acknowledged.Count > 0 || proposed is not null;
    private readonly List<Mark> run = [];
    private int end;

    public void Add(Mark mark)
    {
        if (mark.FromHour > end) Close();
        // Hour by hour only where it matters: a year without a license is a few marks and not thousands.
        if (!mayBeCut && run is [.., var last] && ReferenceEquals(last.Stretch, mark.Stretch) && last.ToHour == mark.FromHour)
            run[^1] = last with { ToHour = mark.ToHour, Wh = last.Wh + mark.Wh };
        else run.Add(mark);
        end = mark.ToHour;
    }

    /// <summary>Ends the run; what follows is another one.</summary>
    public void Close()
    {
        if (run.Count > 0 && end - run[0].FromHour >= MinHours(run[^1].Stretch.Thresholds)) TellApart(CollectionsMarshal.AsSpan(run));
        run.Clear();
    }

    /// <summary>
    /// Long or not is said of the whole run. But a year's findings are its own, so that none has to be followed through all time;
    /// and so are a payer's, so that it sees the same as everybody else.
    /// </summary>
    private void TellApart(ReadOnlySpan<Mark> marks)
    {
        for (int from = 0, to; from < marks.Length; from = to)
        {
            to = from + 1;
            while (to < marks.Length && IsOfOne(marks[from], marks[to])) to++;
            Tell(marks[from..to]);
        }
    }

    private static bool IsOfOne(Mark first, Mark other) =>
        ReferenceEquals(first.Stretch, other.Stretch) || first.FromHour == other.FromHour
        || (first.Stretch.Month.Year == other.Stretch.Month.Year && first.Stretch.State?.PayerBin == other.Stretch.State?.PayerBin);

    private void Tell(ReadOnlySpan<Mark> marks)
    {
        var holding = Holding(marks);
        for (int from = 0, to; from < marks.Length; from = to)
        {
            to = holding.Length == 0 ? marks.Length : from + 1;
            while (to < marks.Length && ReferenceEquals(holding[to], holding[from])) to++;
            found.Add(ToFinding(marks[from..to], holding.Length == 0 ? null : holding[from], holding));
        }
    }

    /// <summary>Which acknowledgement holds for each mark, of several the latest; empty when there is none at all.</summary>
    private Acknowledgement?[] Holding(ReadOnlySpan<Mark> marks)
    {
        if (!mayBeCut) return [];
        var holding = new Acknowledgement?[marks.Length];
        if (proposed is not null) Hold(proposed, marks, holding);
        foreach (var standing in acknowledged) Hold(standing, marks, holding);
        return holding;
    }

    private void Hold(Acknowledgement acknowledgement, ReadOnlySpan<Mark> marks, Span<Acknowledgement?> holding)
    {
        var (from, to) = (0, marks.Length);
        while (from < to && marks[from].FromHour < acknowledgement.FromHour) from++;
        while (from < to && marks[to - 1].ToHour > acknowledgement.ToHour) to--;
        if (from == to || holding[from..to].ContainsAnyExcept((Acknowledgement?)null)) return;

        // The acknowledgement as if it had been made of these marks, now.
        var (first, last) = (marks[from].FromHour, marks[to - 1].ToHour);
        var seen = acknowledgement with { FromHour = first, ToHour = last, Evidence = FindingEvidence.Of(marks[from..to], hours) };
        if (ReferenceEquals(acknowledgement, proposed)) holding[from..to].Fill(seen);
        else if (acknowledgement == seen) holding[from..to].Fill(acknowledgement);
    }

    private Finding ToFinding(ReadOnlySpan<Mark> marks, Acknowledgement? holds, Acknowledgement?[] holding)
    {
        var (first, last) = (marks[0].FromHour, marks[^1].ToHour);
        var lapsed = holds is null ? acknowledged.FirstOrDefault(a => a.FromHour < last && first < a.ToHour && !holding.Contains(a)) : null;
        var (wh, kzt) = Charge(marks);
        return new Finding(kind, first, last, wh / 1000m, kzt, holds, lapsed) { PayerBin = marks[0].Stretch.State?.PayerBin };
    }

    /// <summary>What is at stake, and by the rate of each stretch what it costs; null where a rate is unknown.</summary>
    private static (long Wh, decimal? Kzt) Charge(ReadOnlySpan<Mark> marks)
    {
        var (total, kzt) = (0L, (decimal?)0);
        for (int from = 0, to; from < marks.Length; from = to)
        {
            var (stretch, wh) = (marks[from].Stretch, 0L);
            for (to = from; to < marks.Length && ReferenceEquals(marks[to].Stretch, stretch); to++) wh += Math.Abs(marks[to].Wh);
            if (wh != 0) kzt += wh * stretch.KztPerKwh / 1000;
            total += wh;
        }

        return (total, kzt is { } sum ? decimal.Round(sum, 2, MidpointRounding.AwayFromZero) : null);
    }

    private int MinHours(FindingThresholds thresholds) => kind switch
    {
        FindingKind.Gap => thresholds.GapMinHours,
        FindingKind.FlatZero => thresholds.ZeroMinHours,
        _ => 1,
    };
}
