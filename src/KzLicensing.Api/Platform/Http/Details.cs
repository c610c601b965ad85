using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using KzLicensing.Domain;

namespace KzLicensing.Api.Platform.Http;

/// <summary>The sentences with which a request is refused, in three languages: <c>details.json</c> beside this file.</summary>
/// <remarks>
/// The program says them in English where it refuses; here they are known by their fixed parts, and what they tell of
/// (a day, a number, a name) is taken over as it stands. Of a code with several sentences the first that fits is it.
/// </remarks>
internal static class Details
{
    private static readonly ILookup<string, Sentence> ByCode = Load().ToLookup(s => s.Code, StringComparer.Ordinal);

    public static IEnumerable<Sentence> All => ByCode.SelectMany(s => s);

    /// <summary>In the caller's language; in English where nobody has said it in another one.</summary>
    public static string Of(Error error) => Translated(error) ?? error.Detail;

    public static string? Translated(Error error) =>
        ByCode[error.Code].Select(s => s.Say(error.Detail)).FirstOrDefault(said => said is not null);

    private static List<Sentence> Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("details.json")!;
        return JsonSerializer.Deserialize<List<Sentence>>(stream, Json.Options)!;
    }
}

/// <summary>What it tells of stands in braces.</summary>
internal sealed partial record Sentence(string Code, string En, string Ru, string Kk)
{
    private readonly Regex english = new(
        $@"\A{Parts(En, name => $"(?<{name}>.*)", Regex.Escape)}\z", RegexOptions.Singleline | RegexOptions.CultureInvariant);

    /// <summary>Null when the English is another sentence.</summary>
    public string? Say(string detail) => english.Match(detail) is { Success: true } told
        ? Parts(new Trilingual(En, Ru, Kk).ForCaller(), name => told.Groups[name].Value, part => part)
        : null;

    private static string Parts(string sentence, Func<string, string> named, Func<string, string> other) =>
        Part().Replace(sentence, part => part.Groups["name"] is { Success: true, Value: var name } ? named(name) : other(part.Value));

    [GeneratedRegex(@"\{(?<name>\w+)\}|[^{]+")]
    private static partial Regex Part();
}
