using System.Reflection;
using Microsoft.OpenApi;
using Document = Microsoft.OpenApi.OpenApiDocument;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>
/// What is served beside <c>/v1</c> and comes from no slice, described by hand in <c>beside.json</c>: health, version, error codes and,
/// although it exists in the sandbox only, the sandbox. So the document is the same wherever it is served.
/// </summary>
internal static class BesideTheRegistry
{
    public static void AddTo(Document document)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("beside.json")!;
        using var reader = new StreamReader(stream);
        var beside = Document.Parse(reader.ReadToEnd(), OpenApiConstants.Json).Document!;
        foreach (var (path, item) in beside.Paths)
        {
            foreach (var operation in item.Operations!.Values) Examples.AddAnswers(operation);
            document.Paths.Add(path, item);
        }

        document.Components!.Responses ??= new Dictionary<string, IOpenApiResponse>();
        foreach (var (name, response) in beside.Components!.Responses!) document.Components.Responses.Add(name, response);
        foreach (var (name, schema) in beside.Components.Schemas!) document.Components.Schemas!.Add(name, schema);
    }
}
