using System.Reflection;
using System.Text.Json.Nodes;
using KzLicensing.Api.Modules.Assessments;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Domain;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>The contract as OpenAPI 3.1: one operation per slice, its permission, its roles and the codes by which it refuses.</summary>
internal static class OpenApiDocument
{
    public const string Path = "/openapi/v1.json";

    /// <summary>In the order of the main job.</summary>
    private static readonly (string Name, string Description)[] Tags =
    [
        ("Licensing", "Permit applications from draft to decision, licenses, hardware, pools and the capacity that the grid has."),
        ("Register", "What the public knows of a license, and certificates that are checked without a network."),
        ("Metering", "Metering points with their dated facts, hourly readings, consumption and purchases of electricity."),
        ("Findings", "What is wrong with the readings: gaps, load without a license, and how complete a quarter is."),
        ("Tariffs", "The fee and the surcharge, by date."),
        ("Assessments", "What every miner owes for a quarter: runs, assessments, and the feed for tax systems."),
        ("Reference", "The law in tables: regions, holidays, grounds, rates."),
        ("Callers", "Who one is here, and what one may."),
        ("Audit", "The journal of every write, and what a request with a key has done."),
        ("Operations", "For whoever runs the registry, and what its codes mean."),
        ("Sandbox", "Personas and a clock that can be moved: in Development without an authority, and nowhere else."),
    ];

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer().AddSingleton<BuiltDocument>();
        return services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "KzLicensing",
                Version = "1",
                Description =
                    "Miner licensing and tax registry of Kazakhstan. Errors are RFC 9457 problems; every code is explained at /errors.",
                Contact = new OpenApiContact { Name = "The KzLicensing maintainers" },
                License = new OpenApiLicense { Name = "Copyright the KzLicensing maintainers", Identifier = "LicenseRef-KzLicensing" },
            });
            options.CustomSchemaIds(SchemaId);
            options.SupportNonNullableReferenceTypes();
            options.MapType<Bin>(() => Text("970740000838", "BIN or IIN, twelve digits with a check digit.", "^[0-9]{12}$"));
            options.MapType<Quarter>(() => Text("2026-Q1", "A quarter.", "^[0-9]{4}-Q[1-4]$"));
            options.MapType<decimal>(() => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "decimal" });
            options.MapType<DateOnly>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date" });
            options.MapType<IFact>(FactSchemas.Variants.OneOfThem);
            options.MapType<JsonNode>(() => new OpenApiSchema());
            // A stored document is what the view was when it was rendered.
            options.MapType<StoredJson>(() => new OpenApiSchema { AllOf = [new OpenApiSchemaReference(SchemaId(typeof(AssessmentView)))] });
            options.SchemaFilter<ObjectShapes>();
            options.OperationFilter<SliceOperation>();
            options.DocumentFilter<WholeDocument>();
            options.CustomOperationIds(api => api.ActionDescriptor.EndpointMetadata.OfType<EndpointNameMetadata>()
                .FirstOrDefault()?.EndpointName);
        });
    }

    public static void UseOpenApiDocument(this WebApplication app) =>
        app.MapGet(Path,
            (HttpContext http, BuiltDocument document) => PublicBytes.Write(http, document.Tag, () => document.Body, "application/json"))
            .AllowAnonymous().ExcludeFromDescription();

    /// <summary>A view is called like what it shows; what a use case takes and answers after its slice; a page after its item.</summary>
    internal static string SchemaId(Type type)
    {
        if (type == typeof(StoredJson)) return SchemaId(typeof(AssessmentView));
        if (type.GetCustomAttribute<SchemaNameAttribute>() is { } given) return given.Name;
        if (type.IsGenericType) return string.Concat(type.GenericTypeArguments.Select(SchemaId)) + type.Name.Split('`')[0];
        if (type.DeclaringType is { } slice) return Nested(slice, type.Name);
        return type.Name.EndsWith("View", StringComparison.Ordinal) ? type.Name[..^"View".Length] : type.Name;
    }

    private static string Nested(Type slice, string name) => name switch
    {
        "Response" when slice.GetNestedType("Query") is not null => Subject(slice.Name),
        "Body" or "Response" or "Item" or "Step" or "Totals" => Subject(slice.Name) + name,
        _ => name,
    };

    /// <summary>What a query asks for names its answer better than that it asks.</summary>
    private static string Subject(string slice) =>
        slice.StartsWith("Get", StringComparison.Ordinal) ? slice["Get".Length..] : slice.StartsWith("List", StringComparison.Ordinal)
            ? slice["List".Length..] : slice;

    private static OpenApiSchema Text(string example, string description, string pattern) =>
        new() { Type = JsonSchemaType.String, Description = description, Pattern = pattern, Examples = [JsonValue.Create(example)] };

    /// <summary>
    /// What belongs to no single operation: where it is served, how to authenticate, the tags in their order, the problem.
    /// </summary>
    private sealed class WholeDocument : IDocumentFilter
    {
        public void Apply(Microsoft.OpenApi.OpenApiDocument document, DocumentFilterContext context)
        {
            document.Servers = [new OpenApiServer { Url = "/", Description = "The registry that serves this document." }];
            document.Tags = Tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Description }).ToHashSet();
            FactSchemas.AddTo(context);
            ReceiptSchemas.AddTo(document, context);
            document.Components ??= new OpenApiComponents();
            document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            foreach (var (name, schema) in ProblemSchema.All(document)) document.Components.Schemas[name] = schema;
            BesideTheRegistry.AddTo(document);
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "RS256 or ES256 from the configured OpenID Connect authority.",
            };
        }
    }
}
