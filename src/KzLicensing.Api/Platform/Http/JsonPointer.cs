using System.Text;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Speaks of a member the way the client wrote it: <c>/hardware/0/powerW</c>, or <c>?asOf</c> for a query parameter.</summary>
internal static class JsonPointer
{
    /// <summary>From a validator's <c>Body.Hardware[0].PowerW</c> or <c>Filter.AsOf</c>.</summary>
    public static string Of(string propertyName)
    {
        var parts = propertyName.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        return parts[0] switch
        {
            "Body" => string.Concat(parts[1..].Select(p => "/" + CamelCase(p))),
            "Filter" => "?" + string.Concat(parts[1..].Select(CamelCase)),
            _ => "/" + string.Join('/', parts.Select(CamelCase)),
        };
    }

    public static string Child(string parent, string name) =>
        $"{parent}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary><c>MaximumLengthValidator</c> reads <c>maximum-length</c>; codes of our own stay as they are.</summary>
    public static string CodeOf(string errorCode) =>
        errorCode.EndsWith("Validator", StringComparison.Ordinal) ? KebabCase(errorCode[..^"Validator".Length]) : errorCode;

    private static string CamelCase(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];

    private static string KebabCase(string name)
    {
        var kebab = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && kebab.Length > 0) kebab.Append('-');
            kebab.Append(char.ToLowerInvariant(letter));
        }

        return kebab.ToString();
    }
}
