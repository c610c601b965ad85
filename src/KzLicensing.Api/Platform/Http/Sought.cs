using KzLicensing.Domain.Licensing;

namespace KzLicensing.Api.Platform.Http;

/// <summary>What somebody looks for in a list: a part of a name, or a number as it is stored.</summary>
internal readonly record struct Sought(string? Name, string? Typed)
{
    /// <summary>Blanks are nothing to look for.</summary>
    public static Sought Of(string? text) => string.IsNullOrWhiteSpace(text) ? default : new Sought(text, LicenseNumber.Of(text));

    public static string? Number(string? typed) => typed is null ? null : LicenseNumber.Of(typed);
}
