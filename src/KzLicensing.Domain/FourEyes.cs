namespace KzLicensing.Domain;

/// <summary>Some decisions take two people.</summary>
public static class FourEyes
{
    /// <summary>Identity providers differ in letter case; a person does not.</summary>
    public static bool IsSamePerson(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
