using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using KzLicensing.Domain;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Platform.Http;

/// <summary>Says which record describes an operation's query parameters.</summary>
internal sealed record QueryParameters(Type Type);

/// <summary>Query parameters read as strictly as a body: a filter that is misspelled is refused, not ignored.</summary>
internal sealed class QueryString<T> : IReadInput, IEndpointParameterMetadataProvider
{
    private readonly Result<T> read;

    private QueryString(Result<T> read) => this.read = read;

    public T Value => read.Value!;
    public Error? Refusal => read.Error;

    public static ValueTask<QueryString<T>> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        var types = Json.Options.GetTypeInfo(typeof(T)).Properties.ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.Ordinal);
        var values = new JsonObject();
        foreach (var (name, value) in http.Request.Query)
        {
            var repeated = value.Count > 1 || values.ContainsKey(name);
            values[name] = repeated
                ? new JsonArray([.. value.Select(v => (JsonNode?)v)])
                : Node(value.ToString(), types.GetValueOrDefault(name));
        }

        var utf8 = Encoding.UTF8.GetBytes(values.ToJsonString(Json.Options));
        return ValueTask.FromResult(new QueryString<T>(StrictJson.Read<T>(utf8, Json.Options, pointer => "?" + pointer.TrimStart('/'))));
    }

    /// <summary>Numbers and booleans come as text in a query; everything else is text.</summary>
    private static JsonNode? Node(string text, Type? type)
    {
        type = type is null ? typeof(string) : Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(int) && int.TryParse(text, CultureInfo.InvariantCulture, out var number)) return number;
        if (type == typeof(bool) && text is "true" or "false") return text == "true";
        return text;
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new QueryParameters(typeof(T)));
}
