using System.Globalization;

namespace KzLicensing.Api.Platform.Http;

/// <summary>One sentence in each language of the service.</summary>
internal sealed record Trilingual(string En, string Ru, string Kk)
{
    /// <summary>As the caller asked for it: by Accept-Language, else in English.</summary>
    public string ForCaller() => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName switch
    {
        "ru" => Ru,
        "kk" => Kk,
        _ => En,
    };
}
