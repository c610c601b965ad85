using System.Text.Json;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using KzLicensing.Domain.Tariffs;

namespace KzLicensing.Api.Modules.Tariffs;

/// <summary>Where a tariff stands between a draft and repeal.</summary>
internal enum TariffStatus
{
    Draft,
    Proposed,
    Adopted,
    Rejected,
    Withdrawn,
    Repealed,
}

internal sealed record TariffTitle(string En, string Ru, string Kk);

internal sealed record LegalBasis(string Act, string Article, string? Url);

/// <summary>An edition of a tariff as clients read it.</summary>
internal sealed record TariffView(
    Guid Id, string Code, int Version, TariffStatus Status, Instrument Instrument, TariffTitle Title, LegalBasis LegalBasis,
    DateOnly EffectiveFrom, DateOnly? EffectiveTo, Combination Combination, UnmeteredVolume UnmeteredVolume, Rounding Rounding,
    IReadOnlyList<TariffRule> Rules) : IVersioned;

/// <summary>An edition of a tariff as it is stored.</summary>
internal sealed record TariffRow
{
    public Guid Id { get; init; }
    public string Code { get; init; } = "";
    public int Version { get; init; }
    public TariffStatus Status { get; init; }
    public Instrument Instrument { get; init; }
    public string Title { get; init; } = "{}";
    public string Act { get; init; } = "";
    public string Article { get; init; } = "";
    public string? Url { get; init; }
    public DateOnly EffectiveFrom { get; init; }
    public DateOnly? EffectiveTo { get; init; }
    public Combination Combination { get; init; }
    public UnmeteredVolume UnmeteredVolume { get; init; }
    public Rounding Rounding { get; init; }
    public string Rules { get; init; } = "[]";

    public const string Select = """
        SELECT t.id, t.code, t.version, t.status, t.instrument, t.title, t.act, t.article, t.url, t.effective_from, t.effective_to,
               t.combination, t.unmetered_volume, t.rounding, t.rules
          FROM tariffs t

        """;

    public Tariff ToDomain() => new(
        Code, Instrument, $"{Act} {Article}", EffectiveFrom, EffectiveTo, Combination, UnmeteredVolume, Rounding, ReadRules());

    public TariffView ToView() => new(
        Id, Code, Version, Status, Instrument, JsonSerializer.Deserialize<TariffTitle>(Title, Json.Options)!,
        new LegalBasis(Act, Article, Url),
        EffectiveFrom, EffectiveTo, Combination, UnmeteredVolume, Rounding, ReadRules());

    private List<TariffRule> ReadRules() => JsonSerializer.Deserialize<List<TariffRule>>(Rules, Json.Options)!;
}
