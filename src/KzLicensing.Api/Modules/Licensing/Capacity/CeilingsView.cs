using KzLicensing.Api.Platform.Http;

namespace KzLicensing.Api.Modules.Licensing.Capacity;

/// <summary>How much power may be licensed in a scope, by date.</summary>
/// <param name="Scope"><c>country</c>, <c>zone:north</c> or <c>region:35</c>.</param>
/// <param name="EffectiveTo">The last day; null for no end.</param>
internal sealed record Ceiling(string Scope, decimal Mw, DateOnly EffectiveFrom, DateOnly? EffectiveTo = null);

/// <summary>All ceilings; replaced as a whole.</summary>
internal sealed record CeilingsView(IReadOnlyList<Ceiling> Items, string? NextCursor, int Version) : IVersioned;
