using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KzLicensing.Api.Modules.Register.Certificates;
using KzLicensing.Domain;

namespace KzLicensing.Api;

/// <summary><c>kz-licensing verify</c>: says whether a certificate holds, with no database and no network.</summary>
internal static class VerifyVerb
{
    private const int Holds = 0, DoesNotHold = 1, Unusable = 2;

    private const string Usage = """
        Usage: kz-licensing verify <file> [--keys <file>] [--status-list <file>] [--at <instant>]
          <file>          a certificate: the signed token, or the PDF
          --keys          the register's published keys   (GET /v1/register/keys); without it keys.json beside the certificate
          --status-list   the register's signed list      (GET /v1/register/status-list); without it status-list.jose beside the certificate
          --at            the moment in question, such as 2026-07-01T09:00:00Z; without it now
        Exit code: 0 the license holds, 1 it does not, 2 a file cannot be read.
        """;

    public static async Task<int> Run(string[] args)
    {
        try
        {
            return args is [var file, .. var rest] && !file.StartsWith('-') && Options(rest) is { } options
                ? await Run(file, options)
                : await Tell(Console.Error, Usage, Unusable);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException or FormatException
            or CryptographicException or ArgumentException)
        {
            return await Tell(Console.Error, unreadable.Message, Unusable);
        }
    }

    private static async Task<int> Run(string file, Dictionary<string, string> options)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var content = await File.ReadAllBytesAsync(file);
        var keys = KnownKeys.Read(await File.ReadAllTextAsync(options.GetValueOrDefault("--keys") ?? Path.Combine(folder, "keys.json")));
        var list = options.GetValueOrDefault("--status-list") ?? Path.Combine(folder, "status-list.jose");
        if (options.ContainsKey("--status-list") && !File.Exists(list)) throw new FileNotFoundException($"There is no file {list}.");
        var statusList = File.Exists(list) ? (await File.ReadAllTextAsync(list)).Trim() : null;
        var at = options.TryGetValue("--at", out var moment)
            ? DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : TimeProvider.System.GetUtcNow();

        var certificate = SealedPage.IsPdf(content) ? SealedPage.TokenIn(content, keys) : Text(content).Trim();
        var verdict = certificate.Then(token => Verification.Verify(token, keys, statusList, at));
        return verdict.IsFailure
            ? await Tell(Console.Out, $"NO  {verdict.Error.Code}: {verdict.Error.Detail}", DoesNotHold)
            : await Tell(Console.Out, Describe(verdict.Value, at), Holds);
    }

    private static string Describe(LicenseCertificate license, DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"""
        YES  {license.Number} holds on {CivilTime.DayOf(at):yyyy-MM-dd}
             {license.HolderName}{(license.Bin is { } bin ? $", BIN {bin}" : "")}
             subtype {license.Subtype}, region {license.Region}, {license.LicensedMw:0.###} MW, edition {license.Edition}
             {license.ValidFrom:yyyy-MM-dd} to {license.ValidTo:yyyy-MM-dd}
             {(license.Conditions.Count == 0 ? "no conditions" : string.Join("; ", license.Conditions))}
        """);

    /// <summary>In the encoding that a byte order mark names: an editor or a shell of Windows writes one.</summary>
    private static string Text(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    /// <summary>Null when something is asked that nobody knows.</summary>
    private static Dictionary<string, string>? Options(string[] rest)
    {
        var options = new Dictionary<string, string>();
        for (var i = 0; i < rest.Length; i += 2)
            if (rest[i] is not ("--keys" or "--status-list" or "--at") || i + 1 == rest.Length || !options.TryAdd(rest[i], rest[i + 1]))
                return null;
        return options;
    }

    private static async Task<int> Tell(TextWriter to, string text, int code)
    {
        await to.WriteLineAsync(text);
        return code;
    }
}
