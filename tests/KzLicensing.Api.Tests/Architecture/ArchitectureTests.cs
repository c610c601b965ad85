using System.Reflection;
using System.Text.RegularExpressions;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Tests.Fixtures;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KzLicensing.Api.Tests.Architecture;

/// <summary>Lines that must not be crossed, by plain reflection and by reading the sources.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>
    /// Assessing is what the other modules are for: it reads meters and tariffs, and so do findings. Callers are told the limits of all.
    /// Nothing else reaches across.
    /// </summary>
    private static readonly HashSet<(string From, string To)> Allowed =
        [("Assessments", "Metering"), ("Assessments", "Tariffs"), ("Findings", "Metering"), ("Findings", "Tariffs"),
         ("Callers", "Licensing"), ("Callers", "Metering")];

    /// <summary>Open to everybody; all other endpoints need a permission.</summary>
    private static readonly string[] PublicPaths =
        ["/errors", "/errors/{code}", "/health/live", "/health/ready", "/version", "/openapi/v1.json", "/sandbox/clock/",
         "/v1/register/licenses", "/v1/register/licenses/{number}", "/v1/register/licenses/{number}/certificate", "/v1/register/keys",
         "/v1/register/status-list",
         "/v1/pools", "/v1/pools/{id:guid}"];

    private static readonly Assembly Api = typeof(RegistryApp).Assembly, Domain = typeof(Bin).Assembly;

    [Fact]
    public void The_domain_knows_nothing_but_the_language() =>
        Assert.All(Domain.GetReferencedAssemblies(), a => Assert.StartsWith("System", a.Name, StringComparison.Ordinal));

    [Fact]
    public void Classes_are_sealed_and_the_API_keeps_its_types_to_itself()
    {
        var own = Api.GetTypes()
            .Where(t => t.Namespace?.StartsWith("KzLicensing", StringComparison.Ordinal) == true && !t.IsNested && !t.Name.StartsWith('<'));
        Assert.All(own, t => Assert.False(t.IsPublic, $"{t} is public."));
        var open = own.Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false });
        Assert.Equal([typeof(Reply<>)], open);
    }

    [Fact]
    public void Modules_do_not_reach_across()
    {
        var modules = Path.Combine(Repository.Root, "src", "KzLicensing.Api", "Modules");
        foreach (var file in Directory.GetFiles(modules, "*.cs", SearchOption.AllDirectories))
        {
            var from = Path.GetRelativePath(modules, file).Split(Path.DirectorySeparatorChar)[0];
            foreach (Match use in ModuleUse().Matches(File.ReadAllText(file)))
            {
                var to = use.Groups[1].Value;
                Assert.True(from == to || Allowed.Contains((from, to)), $"{file} reaches into {to}.");
            }
        }
    }

    [Fact]
    public async Task Every_endpoint_has_a_policy_or_stands_on_the_public_list()
    {
        var builder = RegistryApp.CreateBuilder(["--environment=Development", "--ConnectionStrings:Registry=Host=nowhere"]);
        await using var app = RegistryApp.Build(builder);
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();
        foreach (var endpoint in endpoints)
        {
            var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            var policies = endpoint.Metadata.GetOrderedMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>().Select(a => a.Policy)
                .ToList();
            if (PublicPaths.Contains(path.Length > 1 && path != "/sandbox/clock/" ? path.TrimEnd('/') : path)) continue;
            Assert.True(policies.Count == 1 && policies[0]!.Contains(':', StringComparison.Ordinal), $"{path} has no permission.");
        }
    }

    [Fact]
    public void Every_connection_comes_from_a_source_with_a_name()
    {
        // Metrics would call any other one by its connection string.
        foreach (var file in Sources())
            Assert.False(Regex.IsMatch(File.ReadAllText(file), @"new NpgsqlConnection\(|NpgsqlDataSource\.Create\("), file);
    }

    private static IEnumerable<string> Sources() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal));

    [GeneratedRegex(@"KzLicensing\.Api\.Modules\.(\w+)")]
    private static partial Regex ModuleUse();
}
