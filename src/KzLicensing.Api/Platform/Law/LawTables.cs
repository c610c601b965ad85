using KzLicensing.Domain;
using KzLicensing.Domain.Assessments;

namespace KzLicensing.Api.Platform.Law;

/// <summary>The dated tables of the law as they stand in the database, read together.</summary>
internal sealed class LawTables(
    IReadOnlyList<LawTables.Dated> parameters, IReadOnlyList<LawTables.Dated> mci, IReadOnlyList<LawTables.Place> regions,
    IReadOnlyList<Holiday> holidays, IReadOnlyList<CivilOffset> offsets, IReadOnlyList<Deadline> deadlines)
{
    public WorkingCalendar Calendar { get; } = new(holidays);
    public CivilTime CivilTime { get; } = new(offsets);
    public IReadOnlyList<Deadline> Deadlines => deadlines;

    /// <summary>A number of the law on a day; null when none is known.</summary>
    public decimal? Parameter(string name, DateOnly on) => ValueOn(parameters.Where(p => p.Name == name), on);

    /// <summary>A number without which nothing can go on; its absence is a gap in the reference data, not a refusal.</summary>
    public decimal Required(string name, DateOnly on) =>
        Parameter(name, on) ?? throw new InvalidOperationException($"legal_parameters has no '{name}' for {on:yyyy-MM-dd}.");

    /// <summary>Hours that a reading may come late.</summary>
    public int GraceHours(DateOnly on) => (int)Required("finding-grace-hours", on);

    /// <summary>The monthly calculation index in KZT on a day; null when none is known.</summary>
    public decimal? Mci(DateOnly on) => ValueOn(mci, on);

    public Place? Region(string code, DateOnly on) =>
        regions.FirstOrDefault(r => r.Code == code && (r.ValidFrom is null || r.ValidFrom <= on));

    private static decimal? ValueOn(IEnumerable<Dated> rows, DateOnly on) =>
        rows.FirstOrDefault(r => r.EffectiveFrom <= on && (r.EffectiveTo is null || on <= r.EffectiveTo))?.Value;

    public sealed record Dated
    {
        public string Name { get; init; } = "";
        public DateOnly EffectiveFrom { get; init; }
        public DateOnly? EffectiveTo { get; init; }
        public decimal Value { get; init; }
    }

    public sealed record Place
    {
        public string Code { get; init; } = "";
        public string GridZone { get; init; } = "";
        public DateOnly? ValidFrom { get; init; }
    }
}
