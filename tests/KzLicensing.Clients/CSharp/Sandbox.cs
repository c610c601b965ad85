using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Registry;

/// <summary>What is the same whichever client asks: tokens of the sandbox, files, and that something was to be expected.</summary>
internal static class Sandbox
{
    public static async Task<string> Token(Uri url, string persona)
    {
        using var http = new HttpClient { BaseAddress = url };
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", persona), new("client_secret", "sandbox")]);
        using var answer = await http.PostAsync("connect/token", form);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    public static async Task<HttpClient> As(Uri url, string persona)
    {
        var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await Token(url, persona));
        return http;
    }

    /// <summary>Ten megawatts in every hour of the first quarter.</summary>
    public static Stream Readings(string point)
    {
        var file = new StringBuilder("meteringPoint,startAt,kwh,quality\n");
        var first = new DateTime(2025, 12, 31, 19, 0, 0, DateTimeKind.Utc);
        for (var hour = 0; hour < 2160; hour++) file.Append($"{point},{first.AddHours(hour):yyyy-MM-dd'T'HH:mm:ss'Z'},10000,Measured\n");
        return Bytes(file.ToString());
    }

    public static Stream Purchases(string point) => Bytes(
        "meteringPoint,month,kwh,costKzt,source,reference\n"
        + string.Concat(new[] { "01", "02", "03" }.Select(m => $"{point},2026-{m},7200000,132704640,SinglePurchaser,{point}-{m}\n")));

    public static void Demand(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException(what);
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
