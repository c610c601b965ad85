using System.Security.Cryptography;
using System.Text.RegularExpressions;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform.Operations;

/// <summary>Whoever set something wrong learns all of it at once, each by its name, before anything starts.</summary>
public sealed partial class SettingsTests
{
    private static readonly string Key = NewKey();

    private static readonly Dictionary<string, string> Production = new()
    {
        ["environment"] = "Production",
        ["ConnectionStrings:Registry"] = "Host=db.example.kz;Database=registry;Username=kz_licensing;Password=secret",
        ["Identity:Authority"] = "https://identity.example.kz",
        ["Register:PublicUrl"] = "https://register.example.kz",
        ["Register:SigningKey"] = Key,
    };

    [Fact]
    public void What_production_needs_is_enough() => Assert.Empty(Faults(Production));

    [Theory]
    [InlineData("Identity:Authority", "http://identity.example.kz")]
    [InlineData("Identity:Authority", "")]
    [InlineData("Identity:MaxTokenLifetimeMinutes", "an hour")]
    [InlineData("ConnectionStrings:Registry", "")]
    [InlineData("ConnectionStrings:Registry", "db.example.kz")]
    [InlineData("ConnectionStrings:Registry", "Host=db;Prot=5432")]
    [InlineData("ConnectionStrings:Registry", "Host=db;Port=secret")]
    [InlineData("ConnectionStrings:Registry", "Database=registry")]
    [InlineData("ConnectionStrings:Owner", "Host=db;Timeout")]
    [InlineData("Register:SigningKey", "/nowhere/key.pem")]
    [InlineData("Register:SigningKey", "c2VjcmV0IGtleQ==")]
    [InlineData("Register:PublicUrl", "register.example.kz")]
    [InlineData("Register:StatusListHours", "169")]
    [InlineData("Journal:CheckpointKey", "a-key-of-more-than-thirty-two-characters", "Journal__CheckpointFile")]
    [InlineData("Journal:CheckpointFile", "/tmp/checkpoints", "Journal__CheckpointKey")]
    [InlineData("Journal:CheckpointFile", "/proc/checkpoints")]
    [InlineData("Documents:Folder", "/proc/documents")]
    [InlineData("Documents:MaxBytes", "20 MB")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("Limits:RequestsPerCaller", "0")]
    [InlineData("Limits:RequestsPerCaller", "2147483648")]
    [InlineData("Limits:MaxBodyDuration", "300")]
    [InlineData("Limits:RequestPerCaller", "64")]
    [InlineData("Ingest:MaxInflation", "-1")]
    [InlineData("Operations:Port", "70000")]
    [InlineData("Operations:Metrics", "yes")]
    [InlineData("Postgres:Folder", ".data")]
    [InlineData("Seed:Demo", "no")]
    [InlineData("Urls", "localhost:5080")]
    [InlineData("Shutdown:DrainSeconds", "301")]
    [InlineData("ForwardedHeaders:KnownProxies", "10.0.0.0/8, proxy.example.kz")]
    [InlineData("FORWARDEDHEADERS_ENABLED", "true", "ASPNETCORE_FORWARDEDHEADERS_ENABLED")]
    [InlineData("AllowedHosts", "https://register.example.kz")]
    public void A_wrong_one_is_named(string setting, string value, string? named = null)
    {
        var faults = Faults(new Dictionary<string, string>(Production) { [setting] = value });

        Assert.Contains(faults, f => f.StartsWith(named ?? setting.Replace(":", "__", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.All(faults, f => Assert.DoesNotContain('\n', f));
        Assert.All(faults, f => Assert.DoesNotContain("secret", f, StringComparison.Ordinal));
        Assert.All(faults, f => Assert.DoesNotContain("c2VjcmV0", f, StringComparison.Ordinal));
    }

    [Fact]
    public void All_wrong_ones_are_told_at_once()
    {
        var faults = Faults(new()
        {
            ["environment"] = "Production",
            ["Limits:RequestsPerCaller"] = "many",
            ["Ingest:ConcurrentFiles"] = "0",
            ["Journal:CheckpointFile"] = "/tmp/c"
        });

        foreach (var name in new[] { "ConnectionStrings__Registry", "Identity__Authority", "Register__SigningKey", "Register__PublicUrl",
            "Limits__RequestsPerCaller",
                     "Ingest__ConcurrentFiles", "Journal__CheckpointKey" })
            Assert.Single(faults, f => f.StartsWith(name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_lists_the_settings_that_there_are()
    {
        var listed = SettingName().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(m => m.Value).Distinct()
            .ToList();
        var sections = listed.Select(l => l.Split("__")[0]).Distinct().ToList();

        // An unknown setting is answered with those that exist.
        var known = Faults(sections.ToDictionary(s => $"{s}:Unknown", _ => "x"))
            .SelectMany(f => f.Split(" is unknown; there is ") is [var name, var others]
                ? others.TrimEnd('.').Split(", ").Select(o => $"{name.Split("__")[0]}__{o}") : []);

        Assert.NotEmpty(listed);
        Assert.Equal(listed.Order(), known.Order());
    }

    private static IReadOnlyList<string> Faults(Dictionary<string, string> set) =>
        RegistryApp.ReadSettings(RegistryApp.CreateBuilder([.. set.Select(s => $"--{s.Key}={s.Value}")])).Faults;

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    // A row of the table may name two.
    [GeneratedRegex(@"(?<=^\|.*`)[A-Z][A-Za-z]+__[A-Za-z]+(?=`.*\|)", RegexOptions.Multiline)]
    private static partial Regex SettingName();
}
