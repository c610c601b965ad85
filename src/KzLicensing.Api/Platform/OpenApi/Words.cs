using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>
/// What the document says in words: the summaries and parameters of the code's own documentation, and for members that mean the same
/// wherever they occur <c>words.json</c> beside this file.
/// </summary>
internal static partial class Words
{
    private static readonly Lazy<Dictionary<string, XElement>> Documented =
        new(() => ReadAll("kz-licensing.xml", "KzLicensing.Domain.xml"));
    private static readonly Lazy<Dictionary<string, string>> Common = new(ReadCommon);

    public static string? OfType(Type? type) =>
        type is null ? null : Text(Documented.Value.GetValueOrDefault($"T:{NameOf(type)}")?.Element("summary"));

    /// <summary>What a member of an object is: as its record says, else as the word is used everywhere.</summary>
    /// <param name="type">The record.</param>
    /// <param name="property">The member as C# spells it.</param>
    public static string? OfMember(Type type, string property) =>
        Parameter(type, property) ?? Text(Documented.Value.GetValueOrDefault($"P:{NameOf(type)}.{property}")?.Element("summary"))
            ?? OfWord(JsonName(property));

    public static string? OfWord(string name) => Common.Value.GetValueOrDefault(name);

    private static string? Parameter(Type type, string property) =>
        Text(Documented.Value.GetValueOrDefault($"T:{NameOf(type)}")?.Elements("param")
            .FirstOrDefault(p => p.Attribute("name")?.Value == property));

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string JsonName(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    /// <summary>One line of Markdown.</summary>
    private static string? Text(XElement? documented) =>
        documented is null ? null : Blanks().Replace(string.Concat(documented.Nodes().Select(Inline)), " ").Trim();

    private static string Inline(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "paramref" } named => $"`{JsonName(named.Attribute("name")!.Value)}`",
        XElement { Name.LocalName: "see" } see => $"`{LastName(see.Attribute("cref")!.Value)}`",
        XElement other => other.Value,
        _ => "",
    };

    private static string LastName(string reference) => reference.Split('(')[0].Split('.')[^1];

    private static Dictionary<string, XElement> ReadAll(params string[] files) =>
        files.Select(f => Path.Combine(AppContext.BaseDirectory, f)).Where(File.Exists)
            .SelectMany(f => XDocument.Load(f).Descendants("member"))
            .ToDictionary(m => m.Attribute("name")!.Value);

    private static Dictionary<string, string> ReadCommon()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("words.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
