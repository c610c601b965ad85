using System.Text.Json;
using KzLicensing.Api.Platform.Journal;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>What use cases made true, as the journal tells it: a schema for each fact.</summary>
internal static class FactSchemas
{
    private static readonly Type[] All =
        [.. typeof(IFact).Assembly.GetTypes().Where(t => t is { IsInterface: false } && t.IsAssignableTo(typeof(IFact)))
            .OrderBy(t => t.Name, StringComparer.Ordinal)];

    public static readonly Variants Variants = new("Fact", "fact", All.ToDictionary(t => t.Name, t => t.Name));

    private static readonly string Subject = JsonNamingPolicy.CamelCase.ConvertName(nameof(IFact.Subject));

    /// <summary>The journal names a fact before it writes what the record holds.</summary>
    public static void Shape(OpenApiSchema schema, Type fact)
    {
        schema.Properties!.Remove(Subject);
        schema.Required!.Remove(Subject);
        Variants.Join(schema, fact.Name);
    }

    public static void AddTo(DocumentFilterContext context)
    {
        foreach (var fact in All) context.SchemaGenerator.GenerateSchema(fact, context.SchemaRepository);
        var head = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Something that a use case made true. There will be more kinds of it: leave what you do not know.",
            Required = new HashSet<string> { Variants.Tag, Subject },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                [Variants.Tag] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What happened, in the past tense." },
                [Subject] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What it is about, as `kind:id`." },
            },
        };
        Variants.Head(head);
        context.SchemaRepository.Schemas[Variants.Base] = head;
    }
}
