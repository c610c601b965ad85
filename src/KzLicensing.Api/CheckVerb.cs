using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Operations;

namespace KzLicensing.Api;

/// <summary><c>kz-licensing check</c>: what a start would refuse, without starting; and whether those answer on whom it depends.</summary>
internal static class CheckVerb
{
    public const string SettingsOnly = "--settings-only";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> Run(string[] args)
    {
        var builder = RegistryApp.CreateBuilder([.. args.Where(a => a != SettingsOnly)]);
        var settings = RegistryApp.ReadSettings(builder);
        List<string> faults = [.. settings.Faults];
        if (!args.Contains(SettingsOnly))
        {
            if (faults.TrueForAll(f => !f.StartsWith("ConnectionStrings__", StringComparison.Ordinal)))
                faults.AddRange(await Database(builder));
            if (faults.TrueForAll(f => !f.StartsWith("Identity__", StringComparison.Ordinal))) faults.AddRange(await Authority(builder));
        }

        foreach (var fault in faults) await Console.Error.WriteLineAsync(fault);
        if (faults.Count == 0) Console.WriteLine("All is well.");
        return faults.Count == 0 ? 0 : 1;
    }

    private static async Task<IReadOnlyList<string>> Database(WebApplicationBuilder builder)
    {
        if (!RegistryApp.HasDatabase(builder)) return [];
        using var patience = new CancellationTokenSource(Patience);
        return await DatabaseCheck.Faults(builder.Configuration, patience.Token);
    }

    private static async Task<IReadOnlyList<string>> Authority(WebApplicationBuilder builder)
    {
        if (builder.Read(IdentityOptions.Read).Authority is not { } authority) return [];
        var document = $"{authority.TrimEnd('/')}/.well-known/openid-configuration";
        try
        {
            using var http = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = 1 << 20 };
            using var answer = await http.GetAsync(new Uri(document));
            return answer.IsSuccessStatusCode ? [] : [$"Identity__Authority answers {(int)answer.StatusCode} at {document}."];
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            var why = silent is TaskCanceledException ? $"nothing came within {Patience.TotalSeconds} s" : silent.Message;
            return [$"Identity__Authority does not answer at {document}: {why}."];
        }
    }
}
