using System.Text.Json;
using System.Text.Json.Serialization;
using KzLicensing.Domain.Assessments;
using KzLicensing.Domain.Licensing;
using KzLicensing.Domain.Metering;
using KzLicensing.Domain.Tariffs;
using KzLicensing.Domain.Tests.Tariffs;
using Xunit;

namespace KzLicensing.Domain.Tests.Assessments;

/// <summary>Replays the case files: whole quarters of a payer, with the outcome that a tax officer worked out by hand.</summary>
public sealed class CaseFileTests
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
    };

    private sealed record Case(
        string Why, string Quarter, string PayerBin, IReadOnlyList<Point> Points, Expectation Expected,
        IReadOnlyDictionary<string, License>? Licenses = null, IReadOnlyDictionary<string, Purchases>? Purchases = null);

    /// <param name="DailyKwh">What the meter counts on each day.</param>
    private sealed record Point(string Code, string Region, decimal DailyKwh, IReadOnlyList<MeteringPointFact> Facts);

    private sealed record License(DateOnly ValidFrom, DateOnly ValidTo, IReadOnlyList<Event>? Events = null);

    private sealed record Event(LicenseEventKind Kind, DateOnly From, DateOnly? Until = null);

    private sealed record Expectation(IReadOnlyList<Line>? Lines = null, decimal? TotalKzt = null, string? Error = null);

    private sealed record Line(
        string MeteringPoint, DateOnly From, DateOnly To, decimal Kwh, VolumeBasis VolumeBasis, Condition Condition,
        decimal RateKztPerKwh, decimal AmountKzt);

    public static TheoryData<string> CaseFiles => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order()];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Cases");

    [Theory, MemberData(nameof(CaseFiles))]
    public void The_case_comes_out_as_worked_out_by_hand(string file)
    {
        var given = JsonSerializer.Deserialize<Case>(File.ReadAllText(Path.Combine(Folder, file)), Strict)!;
        var outcome = Assess(given);
        if (given.Expected.Error is { } code)
        {
            outcome.DemandError(code);
            return;
        }

        var lines = outcome.Demand();
        Assert.Equal(given.Expected.Lines, lines.Select(l =>
            new Line(l.MeteringPoint, l.From, l.To, l.Kwh, l.VolumeBasis, l.Condition, l.RateKztPerKwh, l.AmountKzt)));
        Assert.Equal(given.Expected.TotalKzt, AssessmentCalculator.Total(lines));
    }

    private static Result<IReadOnlyList<AssessmentLine>> Assess(Case given)
    {
        var daily = given.Points.ToDictionary(p => p.Code, p => p.DailyKwh);
        var licenses = (given.Licenses ?? new Dictionary<string, License>()).ToDictionary(l => l.Key, l => new LicenseTerm(
            l.Value.ValidFrom, l.Value.ValidTo, [.. (l.Value.Events ?? []).Select(e => new LicenseEvent(e.Kind, e.From, e.Until))]));
        var points = given.Points.Select(p => new MeteringPointHistory(p.Code, p.Region, p.Facts));
        return SubPeriod.Split(Quarter.Parse(given.Quarter).Demand(), given.PayerBin, points, licenses, Editions.All)
            .Then(parts => AssessmentCalculator.Calculate(
                parts.Select(p => (p, new Energy(daily[p.MeteringPoint] * p.Days.Days, 0, 0))), given.Purchases ?? Quarters.NoPurchases));
    }
}
