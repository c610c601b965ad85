namespace KzLicensing.Api.Platform.Identity;

internal sealed class Actor
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Bin { get; init; }
    public IReadOnlyList<string> Roles { get; init; } = [];
    public string RowScope { get; init; } = "*";
}
