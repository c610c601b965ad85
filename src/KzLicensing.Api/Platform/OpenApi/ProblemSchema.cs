using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Http;
using Microsoft.OpenApi;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>The one shape of every refusal, with all that one or the other code adds to it.</summary>
internal static class ProblemSchema
{
    public const string FieldName = "FieldProblem";

    public static IEnumerable<(string Name, OpenApiSchema Schema)> All(Microsoft.OpenApi.OpenApiDocument document)
    {
        var problem = Whole(document);
        foreach (var (name, member) in problem.Properties!) if (member is OpenApiSchema own) Texts.Apply(nameof(Problem), name, own);
        yield return (nameof(Problem), problem);
        yield return (FieldName, Field());
    }

    private static OpenApiSchema Whole(Microsoft.OpenApi.OpenApiDocument document) => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457. What a client may act on beside the code stands in members of its own.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "advice", "code", "traceId" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("`urn:kz-licensing:problem:` and the code."),
            ["title"] = Text("In the language of Accept-Language: en, ru or kk."),
            ["status"] = Whole("The HTTP status."),
            ["detail"] = Primary(Text("What is wrong in this case, in the language of Accept-Language.")),
            ["advice"] = Text("What to do about it, in the language of Accept-Language."),
            ["code"] = Text("Stable; explained at /errors/{code}."),
            ["traceId"] = Text("Leads to this request in the service's logs."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "Everything that is wrong with the input, at once: on every 400, and where lines of a file were refused.",
                Items = new OpenApiSchemaReference(FieldName, document),
            },
            ["more"] = Flag("There are more problems than are listed."),
            ["allowed"] = List("`invalid-transition`: the transitions that are possible now."),
            ["missing"] = new OpenApiSchema
            {
                Description = "`document-missing`: types of documents. `permission-missing`: the permission.",
                OneOf = [List("Types of documents."), Text("A permission.")],
            },
            ["version"] = Whole("`stale-version`, `if-match-required`: the version that is there now."),
            ["scope"] = Text("`capacity-exceeded`, `ceiling-below-allocated`: the scope of the ceiling."),
            ["availableMw"] = Number("`capacity-exceeded`, `host-capacity-exceeded`: what is left, in MW."),
            ["allocatedMw"] = Number("`ceiling-below-allocated`: what is allocated already, in MW."),
            ["licensedMw"] = Number("`renewal-keeps-capacity`: what the license holds, in MW."),
            ["requiredKzt"] = Number("`state-fee-too-low`: the fee in KZT."),
            ["opensOn"] = Day("`renewal-too-early`: the first day on which a renewal can be filed."),
            ["serials"] = List("`hardware-…`: the machines in question."),
            ["documentId"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Format = "uuid",
                Description = "`document-exists`: the document that is there."
            },
            ["year"] = Whole("`calendar-year-missing`: the year whose working days are not known."),
            ["received"] = Whole("`readings-rejected`: lines of the file."),
            ["rejected"] = Whole("`readings-rejected`, `purchases-rejected`: lines that are not acceptable."),
        },
    };

    private static OpenApiSchema Field() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "One thing wrong with one member of the input, or with one line of a file.",
        Required = new HashSet<string> { "code", "message" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["pointer"] = Text("RFC 6901 into the body, or `?name` for a query parameter; empty for the request as a whole."),
            ["line"] = Whole("The line of the file, from one."),
            ["code"] = Text("Stable; explained at /errors/{code}."),
            ["message"] = Text("In the language of Accept-Language."),
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Whole(string description) =>
        new() { Type = JsonSchemaType.Integer, Format = "int64", Description = description };

    private static OpenApiSchema Number(string description) =>
        new() { Type = JsonSchemaType.Number, Format = "decimal", Description = description };

    private static OpenApiSchema Day(string description) =>
        new() { Type = JsonSchemaType.String, Format = "date", Description = description };

    private static OpenApiSchema Flag(string description) => new() { Type = JsonSchemaType.Boolean, Description = description };

    private static OpenApiSchema List(string description) =>
        new() { Type = JsonSchemaType.Array, Description = description, Items = new OpenApiSchema { Type = JsonSchemaType.String } };

    /// <summary>Generated exceptions show this member as their message.</summary>
    private static OpenApiSchema Primary(OpenApiSchema schema)
    {
        schema.Extensions =
            new Dictionary<string, IOpenApiExtension> { ["x-ms-primary-error-message"] = new JsonNodeExtension(JsonValue.Create(true)) };
        return schema;
    }
}
