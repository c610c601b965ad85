using System.Reflection;
using KzLicensing.Api.Modules.Audit;
using KzLicensing.Api.Platform.Messaging;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>A receipt holds what the use case of its action answered: a schema for each use case that takes a key.</summary>
internal static class ReceiptSchemas
{
    private const string Reply = "reply";

    public static void AddTo(Microsoft.OpenApi.OpenApiDocument document, DocumentFilterContext context)
    {
        var replies = context.ApiDescriptions.Where(o => o.HttpMethod == "POST").Select(SliceOf).OfType<Type>().Distinct()
            .Select(slice => (slice.Name, Answer: AnswerOf(slice))).Where(s => s.Answer is not null)
            .OrderBy(s => s.Name, StringComparer.Ordinal).ToDictionary(s => s.Name, s => s.Answer!);
        var variants = new Variants(OpenApiDocument.SchemaId(typeof(GetReceipt.Response)), "action",
            replies.Keys.ToDictionary(name => name, name => $"{name}Receipt"));
        var head = (OpenApiSchema)context.SchemaRepository.Schemas[variants.Base];
        var described = head.Properties![Reply].Description;
        head.Properties.Remove(Reply);
        head.Required!.Remove(Reply);
        variants.Head(head);
        foreach (var (action, answer) in replies)
        {
            var reply = context.SchemaGenerator.GenerateSchema(answer, context.SchemaRepository).Unwrapped();
            reply.Description = described;
            var receipt = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = $"What `{action}` answered.",
                Required = new HashSet<string> { Reply },
                Properties = new Dictionary<string, IOpenApiSchema> { [Reply] = reply },
            };
            variants.Join(receipt, action);
            context.SchemaRepository.Schemas[variants.Schemas[action]] = receipt;
        }

        var operations = document.Paths.SelectMany(p => p.Value.Operations!.Values);
        var told = operations.SelectMany(o => o.Responses!.Values).SelectMany(r => r.Content?.Values ?? []).OfType<OpenApiMediaType>();
        foreach (var media in told.Where(m => m.Schema is OpenApiSchemaReference { Reference.Id: { } id } && id == variants.Base))
            media.Schema = variants.OneOfThem();
    }

    private static Type? SliceOf(ApiDescription operation) =>
        operation.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().FirstOrDefault()?.DeclaringType;

    private static Type? AnswerOf(Type slice) => slice.GetNestedType("Command")?.GetInterfaces()
        .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICommand<>))?.GenericTypeArguments[0];
}
