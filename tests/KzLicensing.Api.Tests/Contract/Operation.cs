using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Identity.Sandbox;
using KzLicensing.Api.Tests.Fixtures;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>An operation as the served document describes it.</summary>
internal sealed record Operation(string Method, string Path, JsonNode Body)
{
    public static readonly string[] Personas =
        ["officer-1", "approver-1", "tariff-1", "tax-1", "grid-1", "inspector-1", "auditor-1", "admin-1", "applicant-" + Files.Kegoc];

    public bool IsPublic => Body["security"]!.AsArray().Count == 0;

    /// <summary>Null for a public one.</summary>
    public string? Permission => IsPublic ? null : Body["description"]!.GetValue<string>().Split('`')[1];

    public JsonObject? Bodies => Body["requestBody"]?["content"]!.AsObject();

    /// <summary>The media types in which it answers when it succeeds.</summary>
    public IEnumerable<string> Forms => Body["responses"]!.AsObject().Where(r => r.Key.StartsWith('2'))
        .SelectMany(r => r.Value!["content"]?.AsObject().Select(c => c.Key) ?? []);

    /// <summary>The names of its query parameters.</summary>
    public IEnumerable<string> Query => Parameters.Select(p => p["name"]!.GetValue<string>());

    /// <summary>Those that it demands.</summary>
    public IEnumerable<string> Questions => Query.Where(Demands);

    private IEnumerable<JsonNode> Parameters => (Body["parameters"]?.AsArray() ?? []).Where(p => p!["in"]!.GetValue<string>() == "query")!;

    /// <summary>The registry's own.</summary>
    public static async Task<List<Operation>> All(Registry registry) =>
        [.. (await OfDocument(registry)).Where(o => o.Path.StartsWith("/v1/", StringComparison.Ordinal))];

    /// <summary>All that the document tells of: health, codes and the sandbox too.</summary>
    public static async Task<List<Operation>> OfDocument(Registry registry)
    {
        var document = JsonNode.Parse((await registry.Get(null, "/openapi/v1.json")).Demand(200).Text)!;
        return [.. document["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject().Select(o => new Operation(o.Key.ToUpperInvariant(), path.Key, o.Value!)))];
    }

    public bool Allows(string persona) => Permission is null || Permissions.Grants(Persona.Of(persona)!.Role, Permission);

    public bool Demands(string parameter) => Parameter(parameter)["required"]?.GetValue<bool>() is true;

    public bool IsInstant(string parameter) => Parameter(parameter)["schema"]!["format"]?.GetValue<string>() == "date-time";

    /// <summary>The values that a query parameter may have, where there is a list of them.</summary>
    public string[]? Choices(string parameter, JsonNode document)
    {
        var schema = Parameter(parameter)["schema"]!;
        var name = schema["$ref"]?.GetValue<string>().Split('/')[^1];
        return (name is null ? schema : document["components"]!["schemas"]![name]!)["enum"]?.AsArray().Select(v => v!.GetValue<string>())
            .ToArray();
    }

    private JsonNode Parameter(string name) => Parameters.Single(p => p["name"]!.GetValue<string>() == name);

    /// <summary>Null when the document tells of such an answer.</summary>
    public string? Undocumented(Answer answer)
    {
        if (Body["responses"]![$"{(int)answer.Status}"] is not { } known) return $"status {(int)answer.Status}";
        if (answer.Text.Length > 0 && known["content"]?[answer.ContentType ?? ""] is null) return $"content type {answer.ContentType}";
        if ((int)answer.Status < 400) return null;
        var code = answer["code"].GetString();
        return known["description"]!.GetValue<string>().Contains($"`{code}`", StringComparison.Ordinal) ? null : $"code {code}";
    }

    public override string ToString() => $"{Method} {Path}";
}
