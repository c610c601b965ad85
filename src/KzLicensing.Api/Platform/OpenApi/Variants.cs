using Microsoft.OpenApi;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>One of several shapes that a member tells apart: a base that all of them have, and a schema for each.</summary>
/// <remarks>
/// Generators with inheritance follow the base and its mapping, those with unions the alternatives; none of them takes both from one
/// schema.
/// </remarks>
/// <param name="Base">The schema of what all have.</param>
/// <param name="Tag">The member that tells them apart.</param>
/// <param name="Schemas">By the value of the tag.</param>
internal sealed record Variants(string Base, string Tag, IReadOnlyDictionary<string, string> Schemas)
{
    /// <summary>For wherever one of them is answered.</summary>
    public OpenApiSchema OneOfThem() => new()
    {
        AllOf = [new OpenApiSchemaReference(Base),
            new OpenApiSchema { OneOf = [.. Schemas.Values.Select(IOpenApiSchema (s) => new OpenApiSchemaReference(s))] }],
    };

    /// <summary>Makes a base of a schema that has the tag.</summary>
    public void Head(OpenApiSchema schema) => schema.Discriminator = new OpenApiDiscriminator
    {
        PropertyName = Tag,
        Mapping = Schemas.ToDictionary(s => s.Key, s => new OpenApiSchemaReference(s.Value)),
    };

    /// <summary>Makes one of them of a schema that has only what the others have not.</summary>
    public void Join(OpenApiSchema schema, string value)
    {
        schema.AllOf = [new OpenApiSchemaReference(Base)];
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            [Tag] = new OpenApiSchema { Type = JsonSchemaType.String, Const = value, Description = "What tells it from the others." },
        }.Concat(schema.Properties ?? new Dictionary<string, IOpenApiSchema>()).ToDictionary();
        schema.Required = new[] { Tag }.Concat(schema.Required ?? new HashSet<string>()).ToHashSet();
    }
}
