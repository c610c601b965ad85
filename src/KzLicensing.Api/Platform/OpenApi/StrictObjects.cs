using System.Text.Json.Serialization.Metadata;
using KzLicensing.Api.Platform.Http;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>Says of objects what the reader enforces: which members are required, which may be null, and that there are no others.</summary>
internal sealed class StrictObjects : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Type: JsonSchemaType.Object, Properties: { Count: > 0 } properties } strict) return;
        strict.AdditionalPropertiesAllowed = false;
        var members = Json.Options.GetTypeInfo(context.Type).Properties.Where(p => properties.ContainsKey(p.Name)).ToList();
        strict.Required = members.Where(IsAlwaysThere).Select(p => p.Name).ToHashSet();
        foreach (var member in members.Where(AllowsNull))
        {
            if (properties[member.Name] is OpenApiSchemaReference reference)
                properties[member.Name] = new OpenApiSchema { OneOf = [reference, new OpenApiSchema { Type = JsonSchemaType.Null }] };
            else if (properties[member.Name] is OpenApiSchema { Type: { } type } value) value.Type = type | JsonSchemaType.Null;
        }
    }

    /// <summary>Parameters of a record without a default, and every property of a row.</summary>
    private static bool IsAlwaysThere(JsonPropertyInfo member) => member.AssociatedParameter is null || member.IsRequired;

    private static bool AllowsNull(JsonPropertyInfo member) =>
        Nullable.GetUnderlyingType(member.PropertyType) is not null
        || (!member.PropertyType.IsValueType && (member.AssociatedParameter?.IsNullable ?? member.IsGetNullable));
}
