using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>
/// Says of objects what the reader enforces: which members are required, which may be null, what they mean and what bounds they keep. What
/// is sent takes no other members; what is answered may grow.
/// </summary>
internal sealed class ObjectShapes(IApiDescriptionGroupCollectionProvider operations) : ISchemaFilter
{
    private readonly Lazy<HashSet<Type>> bodies = new(() =>
        [.. operations.ApiDescriptionGroups.Items.SelectMany(g => g.Items).SelectMany(o => o.ParameterDescriptions)
            .Where(p => p.Source == BindingSource.Body).Select(p => p.Type)]);

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Type: JsonSchemaType.Object, Properties: { Count: > 0 } properties } shape) return;
        shape.Description ??= Words.OfType(context.Type);
        var isBody = bodies.Value.Contains(context.Type);
        shape.AdditionalPropertiesAllowed = !isBody;
        var members = Json.Options.GetTypeInfo(context.Type).Properties.Where(p => properties.ContainsKey(p.Name)).ToList();
        shape.Required = members.Where(IsAlwaysThere).Select(p => p.Name).ToHashSet();
        foreach (var member in members)
            properties[member.Name] = Describe(member, Held(member, context) ?? properties[member.Name], context.Type, isBody);
        if (context.Type.IsAssignableTo(typeof(IFact))) FactSchemas.Shape(shape, context.Type);
    }

    private static IOpenApiSchema? Held(JsonPropertyInfo member, SchemaFilterContext context) =>
        (member.AttributeProvider as MemberInfo)?.GetCustomAttribute<HoldsAttribute>() is { } holds
            ? context.SchemaGenerator.GenerateSchema(holds.Type, context.SchemaRepository)
            : null;

    private static IOpenApiSchema Describe(JsonPropertyInfo member, IOpenApiSchema schema, Type owner, bool isSent)
    {
        var property = member.AttributeProvider as MemberInfo;
        var description = property is null ? null : Words.OfMember(owner, property.Name);
        if (schema is OpenApiSchema { Items: { } items } listed) listed.Items = items.Unwrapped();
        if (isSent) schema = Closed(schema, Json.Options.GetTypeInfo(member.PropertyType));
        if (AllowsNull(member)) schema = OrNull(schema);
        if (schema is OpenApiSchemaReference reference)
        {
            reference.Description = description;
            return reference;
        }

        var own = (OpenApiSchema)schema;
        own.Description = description ?? own.Description;
        if (property is not null) Bounds.Apply(property, own);
        if (!isSent) Texts.Apply(OpenApiDocument.SchemaId(owner), member.Name, own);
        if (member.AssociatedParameter is { HasDefaultValue: true, DefaultValue: { } value } && own.OneOf is null)
            own.Default = Default(value);
        return own;
    }

    /// <summary>A shared object is open where it is answered, and closed where it is sent.</summary>
    private static IOpenApiSchema Closed(IOpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Kind is JsonTypeInfoKind.Object && schema is OpenApiSchemaReference reference) return Sealed(reference);
        if (type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element }
            && Json.Options.GetTypeInfo(element).Kind is JsonTypeInfoKind.Object
            && schema is OpenApiSchema { Items: OpenApiSchemaReference item } list) list.Items = Sealed(item);
        return schema;
    }

    private static OpenApiSchema Sealed(OpenApiSchemaReference reference) =>
        new() { AllOf = [reference], UnevaluatedPropertiesSchema = new OpenApiSchema { Not = new OpenApiSchema() } };

    private static IOpenApiSchema OrNull(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema { Type: { } type } value)
        {
            value.Type = type | JsonSchemaType.Null;
            return value;
        }

        // No keyword at all: it takes null as it takes anything.
        if (schema is OpenApiSchema { AllOf: null, OneOf: null }) return schema;
        if (schema is OpenApiSchema { AllOf: [var only], UnevaluatedPropertiesSchema: { } others })
            return new OpenApiSchema
            {
                OneOf = [only, new OpenApiSchema { Type = JsonSchemaType.Null }],
                UnevaluatedPropertiesSchema = others
            };
        return new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }] };
    }

    private static JsonNode? Default(object value) =>
        value is Enum
            ? JsonValue.Create(value.ToString())
            : System.Text.Json.JsonSerializer.SerializeToNode(value, value.GetType(), Json.Options);

    /// <summary>Parameters of a record without a default, and every property of a row.</summary>
    private static bool IsAlwaysThere(JsonPropertyInfo member) => member.AssociatedParameter is null || member.IsRequired;

    private static bool AllowsNull(JsonPropertyInfo member) =>
        Nullable.GetUnderlyingType(member.PropertyType) is not null
        || (!member.PropertyType.IsValueType && (member.AssociatedParameter?.IsNullable ?? member.IsGetNullable));
}

internal static class SchemaReferences
{
    /// <summary>A type that is mapped to another one's schema comes wrapped; what is in it says the same.</summary>
    public static IOpenApiSchema Unwrapped(this IOpenApiSchema schema) =>
        schema is OpenApiSchema { AllOf: [OpenApiSchemaReference only], UnevaluatedPropertiesSchema: null } ? only : schema;
}
