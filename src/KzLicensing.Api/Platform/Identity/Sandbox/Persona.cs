using System.Globalization;

namespace KzLicensing.Api.Platform.Identity.Sandbox;

/// <summary>A person of the sandbox, called by the client id: <c>officer-1</c>, or <c>applicant-970740000838</c>.</summary>
internal sealed record Persona(string Id, string Name, string Role, string? Bin)
{
    private static readonly Dictionary<string, string> StaffRoles = new(StringComparer.Ordinal)
    {
        ["officer"] = "Officer",
        ["approver"] = "Approver",
        ["tariff"] = "TariffAuthority",
        ["tax"] = "TaxAuthority",
        ["grid"] = "GridOperator",
        ["inspector"] = "Inspector",
        ["auditor"] = "Auditor",
        ["admin"] = "Administrator",
    };

    /// <summary>Some of them, two of whoever decides with another.</summary>
    public static IReadOnlyList<string> Examples { get; } =
        ["applicant-970740000838", .. StaffRoles.Keys.SelectMany(kind => new[] { $"{kind}-1", $"{kind}-2" })];

    /// <summary>Null for anybody whom the sandbox does not know.</summary>
    public static Persona? Of(string? id)
    {
        if (id?.Split('-') is not [var kind, var suffix]) return null;
        if (StaffRoles.TryGetValue(kind, out var role))
            return int.TryParse(suffix, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                ? new Persona(id, $"{role} {suffix}", role, null) : null;
        return kind == "applicant" && ValidBin(suffix) is { } bin ? new Persona(id, $"Applicant {bin}", "Applicant", bin) : null;
    }

    private static string? ValidBin(string text) => Domain.Bin.Parse(text) is { IsFailure: false } bin ? bin.Value.Value : null;
}
