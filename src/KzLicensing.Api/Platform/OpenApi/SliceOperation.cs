using System.Reflection;
using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace KzLicensing.Api.Platform.OpenApi;

/// <summary>Describes an operation from its slice: the slice's summary, its permission, its query parameters and its refusals.</summary>
internal sealed class SliceOperation : IOperationFilter
{
    /// <summary>What any operation may answer, by who asks and what state the service is in.</summary>
    private static readonly string[] OnEveryOperation =
        ["not-acceptable", "too-many-requests", "internal-error", "database-unavailable", "overloaded"];
    private static readonly string[] OnProtected = ["token-required", "permission-missing"];
    private static readonly string[] OnBody =
    [
        "malformed-json", "invalid-input", "unsupported-charset", "body-too-large", "unsupported-media-type",
        "unsupported-content-encoding", "request-timeout",
    ];

    private static readonly string[] OnPost = ["idempotency-key-malformed", "idempotency-key-in-flight", "idempotency-key-reused"];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var slice = metadata.OfType<MethodInfo>().FirstOrDefault()?.DeclaringType;
        operation.Summary = Words.OfType(slice);

        var permission = metadata.OfType<Permission>().FirstOrDefault();
        operation.Security = [];
        operation.Description = "Public: takes no token.";
        if (permission?.Name is { } name)
        {
            operation.Description = $"Permission `{name}`: {string.Join(", ", Identity.Permissions.RolesWith(name))}.";
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", context.Document)] = [] }];
        }

        foreach (var moved in metadata.OfType<MovedForm>()) Leave(operation, moved);
        AddExample(operation);
        foreach (var form in metadata.OfType<IProducesResponseTypeMetadata>()) AddForms(operation, form);
        if (metadata.OfType<AlsoCsv>().Any()) AddText(operation, "text/csv");
        if (metadata.OfType<AlsoNdjson>().Any()) AddText(operation, "application/x-ndjson");
        foreach (var query in metadata.OfType<QueryParameters>()) AddQuery(operation, context, query.Type);
        if (metadata.OfType<MayBeRehearsed>().Any()) AddRehearsal(operation);
        var codes = Codes(operation, context, permission?.Name is not null, metadata.OfType<Refusals>().SelectMany(r => r.Codes))
            .ToHashSet();
        DescribePath(operation);
        AddRefusals(operation, context, codes);
        AddHeaders(operation, context, codes.Contains("if-match-required"));
        Examples.AddAnswers(operation);
    }

    /// <summary>An operation that answered every form in its own way would be nothing that a client can be generated for.</summary>
    private static void Leave(OpenApiOperation operation, MovedForm moved)
    {
        operation.RequestBody!.Content!.Remove(moved.ContentType);
        operation.Responses!.Remove($"{moved.Status}");
        operation.Description += $" A body of `{moved.ContentType}` goes to `{moved.To}`; here it is still taken.";
    }

    /// <summary>A request as somebody would really send it, from <c>openapi/examples</c>.</summary>
    private static void AddExample(OpenApiOperation operation)
    {
        foreach (var (contentType, body) in operation.RequestBody?.Content ?? new Dictionary<string, IOpenApiMediaType>())
        {
            if (body is not OpenApiMediaType media) continue;
            media.Example = Examples.Of($"{operation.OperationId}.{contentType.Split('/')[1]}") ?? Examples.Of(operation.OperationId!);
            // A form that is no JSON is described as text, whatever JSON the operation takes beside it.
            if (media.Example?.GetValueKind() is JsonValueKind.String) media.Schema = File();
        }
    }

    /// <summary>An operation that answers in several forms says so by several metadata; the generator keeps the last.</summary>
    private static void AddForms(OpenApiOperation operation, IProducesResponseTypeMetadata form)
    {
        if (operation.Responses?.GetValueOrDefault($"{form.StatusCode}")?.Content is not { } contents) return;
        foreach (var answer in contents.Values.OfType<OpenApiMediaType>()) answer.Schema = answer.Schema?.Unwrapped();
        foreach (var contentType in form.ContentTypes)
            contents.TryAdd(contentType, new OpenApiMediaType { Schema = File() });
    }

    private static void AddText(OpenApiOperation operation, string contentType) =>
        operation.Responses!["200"].Content![contentType] = new OpenApiMediaType { Schema = File() };

    /// <summary>Bytes as they are, for a generated client to pass on.</summary>
    private static OpenApiSchema File() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static void AddQuery(OpenApiOperation operation, OperationFilterContext context, Type type)
    {
        operation.Parameters ??= [];
        foreach (var property in Json.Options.GetTypeInfo(type).Properties)
        {
            var schema = context.SchemaGenerator.GenerateSchema(Nullable.GetUnderlyingType(property.PropertyType)
                ?? property.PropertyType, context.SchemaRepository);
            var member = (MemberInfo)property.AttributeProvider!;
            if (schema is OpenApiSchema own)
            {
                Bounds.Apply(member, own);
                if (property.AssociatedParameter is { HasDefaultValue: true, DefaultValue: { } value })
                    own.Default = JsonSerializer.SerializeToNode(value, Json.Options);
            }

            operation.Parameters.Add(new OpenApiParameter
            {
                Name = property.Name,
                In = ParameterLocation.Query,
                Description = Words.OfMember(type, member.Name),
                Required = property.IsRequired,
                Schema = schema,
            });
        }
    }

    /// <summary>What is only tried is answered with 200, whatever the real answer would be.</summary>
    private static void AddRehearsal(OpenApiOperation operation)
    {
        (operation.Parameters ??= []).Add(Headers.ValidateOnly());
        if (operation.Responses!.GetValueOrDefault("201")?.Content is not { } created) return;
        operation.Responses!["200"] = new OpenApiResponse
        {
            Description = "What would be answered, with `validateOnly`: nothing was made.",
            Content = created.ToDictionary(c => c.Key, c => (IOpenApiMediaType)new OpenApiMediaType { Schema = c.Value.Schema }),
        };
    }

    private static void DescribePath(OpenApiOperation operation)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Path))
        {
            parameter.Description = Words.OfWord($"{{{parameter.Name}}}") ?? Words.OfWord(parameter.Name!);
            if (parameter.Schema is OpenApiSchema text) Texts.Apply(null, $"{{{parameter.Name}}}", text);
        }
    }

    private static void AddHeaders(OpenApiOperation operation, OperationFilterContext context, bool demandsIfMatch)
    {
        operation.Parameters ??= [];
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var takesIfMatch = metadata.OfType<MethodInfo>().FirstOrDefault()?.GetParameters()
            .Any(p => p.ParameterType == typeof(IfMatch)) is true;
        var isVersioned = metadata.OfType<IProducesResponseTypeMetadata>().Any(f => f.Type?.IsAssignableTo(typeof(IVersioned)) is true);
        var isPost = context.ApiDescription.HttpMethod == "POST";
        if (isPost) operation.Parameters.Add(Headers.IdempotencyKey());
        if (metadata.OfType<MayLag>().Any()) operation.Parameters.Add(Headers.JournalSeen());
        if (takesIfMatch) operation.Parameters.Add(Headers.IfMatch(demandsIfMatch));
        var named = metadata.OfType<AnswersHeaders>().SelectMany(h => h.Names).Concat(isVersioned ? ["ETag"] : Array.Empty<string>())
            .Distinct().ToList();
        if (named.Contains("ETag") && context.ApiDescription.HttpMethod == "GET")
        {
            operation.Parameters.Add(Headers.IfNoneMatch());
            operation.Responses!["304"] =
                new OpenApiResponse { Description = "What you have is current.", Headers = Answered(named.Select(Named)) };
        }

        var mayBeRehearsed = metadata.OfType<MayBeRehearsed>().Any();
        foreach (var (status, response) in operation.Responses!)
        {
            if (response is not OpenApiResponse answer || status == "304") continue;
            answer.Headers = status switch
            {
                "401" => Answered([("WWW-Authenticate", Headers.Challenge())]),
                "429" or "503" => Answered([("Retry-After", Headers.RetryAfter())]),
                ['2', ..] => Answered(
                [
                    .. named.Select(Named),
                    status is "201" or "202" ? ("Location", Headers.Location()) : null,
                    status == "200" && mayBeRehearsed ? (Rehearsal.Header, Headers.OnlyValidated()) : null,
                    isPost ? ("Idempotency-Replayed", Headers.Replayed()) : null,
                    context.ApiDescription.HttpMethod != "GET" ? (LaggingReads.Header, Headers.JournalWritten()) : null,
                ]),
                _ => null,
            };
        }
    }

    private static (string Name, OpenApiHeader Header)? Named(string header) => (header, Headers.Named(header));

    private static Dictionary<string, IOpenApiHeader>? Answered(IEnumerable<(string Name, OpenApiHeader Header)?> headers)
    {
        var known = headers.OfType<(string Name, OpenApiHeader Header)>().ToDictionary(h => h.Name, h => (IOpenApiHeader)h.Header);
        return known.Count == 0 ? null : known;
    }

    private static IEnumerable<string> Codes(OpenApiOperation operation, OperationFilterContext context, bool isProtected,
        IEnumerable<string> own)
    {
        var codes = own.Concat(OnEveryOperation);
        if (isProtected) codes = codes.Concat(OnProtected);
        if (operation.RequestBody is not null) codes = codes.Concat(OnBody);
        else if (operation.Parameters is { Count: > 0 }) codes = codes.Append("invalid-input");
        if (context.ApiDescription.HttpMethod == "POST") codes = codes.Concat(OnPost);
        // An id that is no UUID leads nowhere.
        if (context.ApiDescription.ParameterDescriptions.Any(p => p.RouteInfo?.Constraints?.Any() is true))
            codes = codes.Append("not-found");
        return codes.Distinct();
    }

    private static void AddRefusals(OpenApiOperation operation, OperationFilterContext context, IEnumerable<string> codes)
    {
        operation.Responses ??= [];
        foreach (var byStatus in codes.Select(ErrorCatalogue.Of).GroupBy(e => e.AnswerStatus).OrderBy(g => g.Key))
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
}
