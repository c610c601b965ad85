using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>Requests as somebody would really send them and answers as they were given, from <c>openapi/examples</c>.</summary>
internal static class Examples
{
    /// <summary><c>recordPurchase</c>, or <c>recordPurchase.csv</c> for one of several forms.</summary>
    public static JsonNode? Of(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"examples/{name}");
        return stream is null ? null : JsonNode.Parse(stream);
    }

    /// <summary>
    /// A test records the answers, and holds each against its schema: <c>answers/listPools.200</c>, or <c>answers/listPools.200.csv</c>.
    /// </summary>
    public static void AddAnswers(OpenApiOperation operation)
    {
        foreach (var (status, response) in operation.Responses!.Where(r => r.Key is ['2', ..]))
        {
            foreach (var (contentType, body) in response.Content ?? new Dictionary<string, IOpenApiMediaType>())
            {
                var form = contentType == "application/json" ? "" : $".{contentType.Split('/')[1]}";
                if (body is OpenApiMediaType media) media.Example = Of($"answers/{operation.OperationId}.{status}{form}");
            }
        }
    }
}
