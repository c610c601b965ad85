namespace KzLicensing.Domain;

/// <summary>Some decisions take two people.</summary>
public static class FourEyes
{
    /// <summary>Identity providers differ in how they spell a name; a person is one all the same.</summary>
    public static bool IsSamePerson(string one, string? other) => other is not null && Identifier.Fold(one) == Identifier.Fold(other);

    public static Error OwnAffair() =>
        new("four-eyes-required", "Nobody decides in office on the affairs of the company that they act for.");
}

/// <summary>Who does something in an office.</summary>
/// <param name="Person">The <c>sub</c>.</param>
/// <param name="ActsFor">
/// The company, or person, for which the official acts elsewhere: where it is concerned, its interests are the official's.
/// </param>
public sealed record Official(string Person, string? ActsFor = null)
{
    public bool IsConcernedWith(string? bin) => ActsFor is not null && ActsFor == bin;
}
