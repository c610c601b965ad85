using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using KzLicensing.Api.Platform.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>Describes an operation from its slice: the slice's summary, its permission, its query parameters and its refusals.</summary>
internal sealed class SliceOperation : IOperationFilter
{
    /// <summary>What any operation may answer, by who asks and what state the service is in.</summary>
    private static readonly string[] OnEveryOperation = ["too-many-requests", "internal-error", "database-unavailable", "overloaded"];
    private static readonly string[] OnProtected = ["token-required", "permission-missing"];
    private static readonly string[] OnBody = ["malformed-json", "invalid-input", "unsupported-charset", "body-too-large", "unsupported-media-type"];
    private static readonly string[] OnPost = ["idempotency-key-malformed", "idempotency-key-in-flight", "idempotency-key-reused"];

    private static readonly Lazy<Dictionary<string, string>> Summaries = new(ReadSummaries);

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var slice = metadata.OfType<MethodInfo>().FirstOrDefault()?.DeclaringType;
        if (slice is not null) operation.Summary = Summaries.Value.GetValueOrDefault($"T:{slice.FullName}");

        var permission = metadata.OfType<Permission>().FirstOrDefault();
        if (permission?.Name is { } name)
        {
            operation.Description = $"Permission `{name}`: {string.Join(", ", Identity.Permissions.RolesWith(name))}.";
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", context.Document)] = [] }];
        }

        AddExample(operation);
        foreach (var form in metadata.OfType<IProducesResponseTypeMetadata>()) AddForms(operation, form);
        if (metadata.OfType<AlsoCsv>().Any()) AddText(operation, "text/csv");
        if (metadata.OfType<AlsoNdjson>().Any()) AddText(operation, "application/x-ndjson");
        foreach (var query in metadata.OfType<QueryParameters>()) AddQuery(operation, context, query.Type);
        AddHeaders(operation, context);
        AddRefusals(operation, context, Codes(operation, context, permission?.Name is not null, metadata.OfType<Refusals>().SelectMany(r => r.Codes)));
    }

    /// <summary>A request as somebody would really send it, from <c>openapi/examples</c>.</summary>
    private static void AddExample(OpenApiOperation operation)
    {
        foreach (var (contentType, body) in operation.RequestBody?.Content ?? new Dictionary<string, IOpenApiMediaType>())
        {
            if (body is not OpenApiMediaType media) continue;
            media.Example = Example($"{operation.OperationId}.{contentType.Split('/')[1]}") ?? Example(operation.OperationId!);
            // A form that is no JSON is described as text, whatever JSON the operation takes beside it.
            if (media.Example?.GetValueKind() is JsonValueKind.String) media.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
        }
    }

    /// <summary><c>recordPurchase</c>, or <c>recordPurchase.csv</c> for one of several forms.</summary>
    private static JsonNode? Example(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"examples/{name}");
        return stream is null ? null : JsonNode.Parse(stream);
    }

    /// <summary>An operation that answers in several forms says so by several metadata; the generator keeps the last.</summary>
    private static void AddForms(OpenApiOperation operation, IProducesResponseTypeMetadata form)
    {
        if (operation.Responses?.GetValueOrDefault($"{form.StatusCode}")?.Content is not { } contents) return;
        foreach (var contentType in form.ContentTypes)
            contents.TryAdd(contentType, new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
    }

    private static void AddText(OpenApiOperation operation, string contentType) =>
        operation.Responses!["200"].Content![contentType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static void AddQuery(OpenApiOperation operation, OperationFilterContext context, Type type)
    {
        operation.Parameters ??= [];
        foreach (var property in Json.Options.GetTypeInfo(type).Properties)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = property.Name,
                In = ParameterLocation.Query,
                Required = property.IsRequired,
                Schema = context.SchemaGenerator.GenerateSchema(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, context.SchemaRepository),
            });
        }
    }

    private static void AddHeaders(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Parameters ??= [];
        if (context.ApiDescription.HttpMethod == "POST")
        {
            operation.Parameters.Add(Header("Idempotency-Key", "Makes the request repeatable: the first success is stored and answered again.", false));
        }

        var parameters = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().FirstOrDefault()?.GetParameters() ?? [];
        if (parameters.Any(p => p.ParameterType == typeof(IfMatch)))
        {
            operation.Parameters.Add(Header("If-Match", "The ETag that you have seen.", false));
        }
    }

    private static OpenApiParameter Header(string name, string description, bool required) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Required = required,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static IEnumerable<string> Codes(OpenApiOperation operation, OperationFilterContext context, bool isProtected, IEnumerable<string> own)
    {
        var codes = own.Concat(OnEveryOperation);
        if (isProtected) codes = codes.Concat(OnProtected);
        if (operation.RequestBody is not null) codes = codes.Concat(OnBody);
        else if (operation.Parameters is { Count: > 0 }) codes = codes.Append("invalid-input");
        if (context.ApiDescription.HttpMethod == "POST") codes = codes.Concat(OnPost);
        // An id that is no UUID leads nowhere.
        if (context.ApiDescription.ParameterDescriptions.Any(p => p.RouteInfo?.Constraints?.Any() is true)) codes = codes.Append("not-found");
        return codes.Distinct();
    }

    private static void AddRefusals(OpenApiOperation operation, OperationFilterContext context, IEnumerable<string> codes)
    {
        operation.Responses ??= [];
        foreach (var byStatus in codes.Select(ErrorCatalogue.Of).GroupBy(e => e.Status).OrderBy(g => g.Key))
        {
            var known = byStatus.Select(e => e.Code).Order(StringComparer.Ordinal).ToList();
            operation.Responses[$"{byStatus.Key}"] = new OpenApiResponse
            {
                Description = string.Join("; ", known.Select(c => $"`{c}`")),
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Problem.ContentType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(nameof(Problem), context.Document) },
                },
            };
        }
    }

    /// <summary>The summaries of slices, from the documentation file that the compiler writes beside the assembly.</summary>
    private static Dictionary<string, string> ReadSummaries()
    {
        var file = System.IO.Path.ChangeExtension(Assembly.GetExecutingAssembly().Location, ".xml");
        return XDocument.Load(file).Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => string.Join(' ', m.Element("summary")!.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }
}
