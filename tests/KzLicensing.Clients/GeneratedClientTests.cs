using System.Text.RegularExpressions;
using Xunit;

namespace KzLicensing.Clients;

/// <summary>
/// Clients are generated from the committed contract, compiled, and take an application through to the tax feed against the program. What
/// each of them needs beside the document stands in this folder's README.
/// </summary>
public sealed partial class GeneratedClientTests(RunningRegistry registry, CompiledJobs jobs)
    : IClassFixture<RunningRegistry>, IClassFixture<CompiledJobs>
{
    [Fact]
    public async Task A_client_by_Kiota_does_the_main_job_and_reads_a_refusal() =>
        Assert.Contains("Done.", await jobs.Run("kiota", registry.Url), StringComparison.Ordinal);

    [Fact]
    public async Task A_client_by_NSwag_does_the_main_job_and_reads_a_refusal() =>
        Assert.Contains("Done.", await jobs.Run("nswag", registry.Url), StringComparison.Ordinal);

    [Fact]
    public async Task A_client_by_openapi_typescript_does_the_main_job_and_reads_a_refusal()
    {
        var folder = Path.Combine(Tool.Clients, "TypeScript");
        var bin = Path.Combine(folder, "node_modules", ".bin");
        await Tool.OrSkip("npm is missing: no client in TypeScript was tried.", folder, "npm", "--version");
        if (!Directory.Exists(bin)) await Tool.OrSkip("npm installs nothing here: no client in TypeScript was tried.", folder, "npm", "ci");
        await Tool.Run(folder, Path.Combine(bin, "openapi-typescript"), Tool.Contract, "-o", "obj/contract.d.ts");
        await Tool.Run(folder, Path.Combine(bin, "tsc"), "-p", ".");
        Assert.Contains("Done.", await Tool.Run(folder, "node", "obj/job.js", registry.Url), StringComparison.Ordinal);
    }
}

/// <summary>Both clients in C#, generated anew and compiled as one program.</summary>
public sealed partial class CompiledJobs : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(Tool.Clients, "CSharp");

    public async ValueTask InitializeAsync()
    {
        var generated = Path.Combine(Folder, "obj", "generated");
        if (Directory.Exists(generated)) Directory.Delete(generated, recursive: true);
        await Tool.OrSkip("The generators do not install here: no client in C# was tried.", Tool.Root, "dotnet", "tool", "restore");
        await Task.WhenAll(Kiota(Path.Combine(generated, "kiota")), NSwag(Path.Combine(generated, "nswag.cs")));
        await Tool.Run(Folder, "dotnet", "build", "Jobs.csproj", "-v", "q", "-o", "obj/jobs");
    }

    internal Task<string> Run(string client, string url) => Tool.Run(Folder, "dotnet", "obj/jobs/Jobs.dll", client, url);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task Kiota(string folder)
    {
        await Tool.Run(
            Tool.Root, "dotnet", "kiota", "generate", "--language", "CSharp", "--openapi", Tool.Contract, "--class-name", "RegistryClient",
            "--namespace-name", "Registry.ByKiota", "--output", folder);
        // The namespace of /request-information hides a type of Kiota's own from its neighbors.
        foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var source = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(file, Hidden().Replace(source, "$1 global::Microsoft.Kiota.Abstractions.RequestInformation"));
        }
    }

    private static async Task NSwag(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await Tool.Run(
            Tool.Root, "dotnet", "nswag", "openapi2csclient", $"/Input:{Tool.Contract}", $"/Output:{file}",
            "/ClassName:RegistryClient", "/Namespace:Registry.ByNSwag",
            "/JsonLibrary:SystemTextJson", "/JsonLibraryVersion:10", "/DateType:System.DateOnly", "/UseBaseUrl:false",
            "/GenerateNullableReferenceTypes:true",
            "/GenerateOptionalParameters:true", "/OperationGenerationMode:SingleClientFromOperationId");
    }

    [GeneratedRegex(@"\b(public|new) RequestInformation\b")]
    private static partial Regex Hidden();
}
