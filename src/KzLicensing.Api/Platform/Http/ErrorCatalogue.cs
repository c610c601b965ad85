using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Every code that a client can meet, with its status and its title in three languages: <c>errors.json</c> beside this file.</summary>
internal static class ErrorCatalogue
{
    public static readonly FrozenDictionary<string, KnownError> All = Load();

    public static KnownError Of(string code) => All.TryGetValue(code, out var known) ? known : throw new InvalidOperationException($"'{code}' is not in errors.json.");

    private static FrozenDictionary<string, KnownError> Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("errors.json")!;
        return JsonSerializer.Deserialize<List<KnownError>>(stream, Json.Options)!.ToFrozenDictionary(e => e.Code, StringComparer.Ordinal);
    }
}

/// <summary>A code, its HTTP status (0 for the problem of a single member inside a 400), its titles, and what to do about it.</summary>
internal sealed record KnownError(string Code, int Status, string En, string Ru, string Kk, string? Advice = null)
{
    public string Title() => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName switch
    {
        "ru" => Ru,
        "kk" => Kk,
        _ => En,
    };
}
