using System.Text.Json.Nodes;
using KzLicensing.Api.Modules.Assessments;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Domain;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>The contract as OpenAPI 3.1: one operation per slice, its permission, its roles and the codes by which it refuses.</summary>
internal static class OpenApiDocument
{
    public const string Path = "/openapi/v1.json";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        return services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "KzLicensing",
                Version = "1",
                Description = "Miner licensing and tax registry of Kazakhstan. Errors are RFC 9457 problems; every code is explained at /errors.",
            });
            options.CustomSchemaIds(SchemaId);
            options.SupportNonNullableReferenceTypes();
            options.MapType<Bin>(() => Text("970740000838", "BIN or IIN, twelve digits with a check digit", "^[0-9]{12}$"));
            options.MapType<Quarter>(() => Text("2026-Q1", "A quarter", "^[0-9]{4}-Q[1-4]$"));
            options.MapType<decimal>(() => new OpenApiSchema { Type = JsonSchemaType.Number });
            options.MapType<DateOnly>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date" });
            // A stored document is what the view was when it was rendered.
            options.MapType<StoredJson>(() => new OpenApiSchema { AllOf = [new OpenApiSchemaReference(nameof(AssessmentView))] });
            options.SchemaFilter<StrictObjects>();
            options.OperationFilter<SliceOperation>();
            options.DocumentFilter<SharedComponents>();
            options.CustomOperationIds(api => api.ActionDescriptor.EndpointMetadata.OfType<EndpointNameMetadata>().FirstOrDefault()?.EndpointName);
        });
    }

    public static void UseOpenApiDocument(this WebApplication app)
    {
        app.MapSwagger("/openapi/{documentName}.json", o => o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1).AllowAnonymous();
        app.UseSwaggerUI(ui =>
        {
            ui.SwaggerEndpoint(Path, "KzLicensing v1");
            ui.DocumentTitle = "KzLicensing";
            ui.RoutePrefix = "swagger";
        });
    }

    /// <summary>Nested <c>Body</c> and <c>Response</c> are called after their slice; generic pages after their item.</summary>
    private static string SchemaId(Type type)
    {
        var own = type.DeclaringType is { } slice ? slice.Name + type.Name : type.Name;
        return type.IsGenericType ? string.Concat(type.GenericTypeArguments.Select(SchemaId)) + own.Split('`')[0] : own;
    }

    private static OpenApiSchema Text(string example, string description, string pattern) =>
        new() { Type = JsonSchemaType.String, Description = description, Pattern = pattern, Examples = [JsonValue.Create(example)] };

    /// <summary>The one problem shape and the one way to authenticate.</summary>
    private sealed class SharedComponents : IDocumentFilter
    {
        public void Apply(Microsoft.OpenApi.OpenApiDocument document, DocumentFilterContext context)
        {
            document.Components ??= new OpenApiComponents();
            document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            document.Components.Schemas[nameof(Problem)] = ProblemSchema();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "RS256 or ES256 from the configured OpenID Connect authority.",
            };
        }

        private static OpenApiSchema ProblemSchema() => new()
        {
            Type = JsonSchemaType.Object,
            Description = "RFC 9457. A 400 adds errors with all problems at once; a refused transition adds allowed; other codes add what a client may act on.",
            Required = new HashSet<string> { "type", "title", "status", "detail", "code", "traceId" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "urn:kz-licensing:problem:<code>" },
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "In the language of Accept-Language: en, ru or kk." },
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable; explained at /errors/<code>." },
                ["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String },
            },
        };
    }
}
