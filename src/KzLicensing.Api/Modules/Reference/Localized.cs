namespace KzLicensing.Api.Modules.Reference;

/// <summary>The same in three languages.</summary>
internal sealed record Localized(string En, string Ru, string Kk);
