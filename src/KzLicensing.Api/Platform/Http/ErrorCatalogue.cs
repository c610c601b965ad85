using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KzLicensing.Api.Platform.Http;

/// <summary>
/// Every code that a client can meet, what it means and what to do about it, in three languages: <c>errors.json</c> beside this file.
/// </summary>
internal static class ErrorCatalogue
{
    public static readonly FrozenDictionary<string, KnownError> All = Load();

    public static KnownError Of(string code) =>
        All.TryGetValue(code, out var known) ? known : throw new InvalidOperationException($"'{code}' is not in errors.json.");

    private static FrozenDictionary<string, KnownError> Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("errors.json")!;
        return JsonSerializer.Deserialize<List<KnownError>>(stream, Json.Options)!.ToFrozenDictionary(e => e.Code, StringComparer.Ordinal);
    }
}

/// <summary>A code, what it means and what to do about it.</summary>
/// <param name="Title">What it means.</param>
/// <param name="Advice">What to do about it.</param>
/// <param name="Status">Of an answer that is this refusal; absent where the code stands inside of another.</param>
/// <param name="Within">Of the answers in whose <c>errors</c> it stands, for one member or one line of a file.</param>
internal sealed record KnownError(
    string Code,
    Trilingual Title,
    Trilingual Advice,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Status = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Within = null)
{
    /// <summary>What is said of a member or a request that has this code.</summary>
    [JsonIgnore]
    public Trilingual Message { get; } = new($"{Title.En}. {Advice.En}", $"{Title.Ru}. {Advice.Ru}", $"{Title.Kk}. {Advice.Kk}");

    [JsonIgnore]
    public int AnswerStatus =>
        Status ?? throw new InvalidOperationException($"'{Code}' is no answer of its own: it stands inside of a {Within}.");
}
