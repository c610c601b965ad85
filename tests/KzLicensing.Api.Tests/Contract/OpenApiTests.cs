using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Journal;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>The document is the contract: it is committed, complete, and what the program really does.</summary>
public sealed class OpenApiTests(Registry registry) : IClassFixture<Registry>
{
    /// <summary>A token endpoint ignores what it does not know (RFC 6749 section 3.2).</summary>
    private const string OAuthForm = "application/x-www-form-urlencoded";

    [Fact]
    public async Task The_committed_document_is_the_one_that_is_served()
    {
        var served = JsonNode.Parse((await registry.Get(null, "/openapi/v1.json")).Demand(200).Text)!;
        var text = served.ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
        }) + "\n";
        Snapshot.AssertCurrent("openapi/v1.json", text);
    }

    [Fact]
    public async Task The_document_is_built_once_and_known_by_its_tag()
    {
        var first = (await registry.Get(null, "/openapi/v1.json")).Demand(200);
        Assert.Equal(first.ETag, (await registry.Get(null, "/openapi/v1.json")).ETag);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        again.Headers.Add("If-None-Match", first.ETag);
        using var known = await registry.Http.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotModified, known.StatusCode);
    }

    [Fact]
    public async Task Every_operation_says_what_it_is_who_may_and_how_it_refuses()
    {
        foreach (var operation in await Operation.OfDocument(registry))
        {
            Assert.False(string.IsNullOrEmpty(operation.Body["operationId"]?.GetValue<string>()), operation.ToString());
            Assert.False(string.IsNullOrEmpty(operation.Body["summary"]?.GetValue<string>()), operation.ToString());
            Assert.Single(operation.Body["tags"]!.AsArray());
            Assert.True(operation.IsPublic || operation.Body["description"]!.GetValue<string>()
                .StartsWith("Permission `", StringComparison.Ordinal), operation.ToString());
            Assert.Contains(operation.Body["responses"]!.AsObject(), r => r.Key.StartsWith('2'));
            if (operation.Body["requestBody"] is { } body)
                Assert.True(body["content"]!.AsObject().All(c => c.Value!["example"] is not null), $"{operation} has no example.");
        }
    }

    [Fact]
    public async Task Every_member_and_parameter_says_what_it_is()
    {
        Assert.Empty((await Members()).Where(m => string.IsNullOrWhiteSpace(m.Value["description"]?.GetValue<string>()))
            .Select(m => m.Key));
    }

    /// <summary>Texts of one spelling, and places in paths; a word that means the same elsewhere is written the same.</summary>
    [Theory]
    [InlineData("ReadingBatch.mode", "enum")]
    [InlineData("ReadingBatch.status", "enum")]
    [InlineData("TaxFeedItem.change", "enum")]
    [InlineData("Application.allowed", "enum")]
    [InlineData("License.allowed", "enum")]
    [InlineData("Problem.allowed", "enum")]
    [InlineData("Problem.scope", "pattern")]
    [InlineData("ScopeCapacity.scope", "pattern")]
    [InlineData("MeteringPoint.gridZone", "enum")]
    [InlineData("MeteringPoint.payerBin", "pattern")]
    [InlineData("License.region", "pattern")]
    [InlineData("License.number", "pattern")]
    [InlineData("Ground.decision", "enum")]
    [InlineData("MeResponse.permissions", "enum")]
    [InlineData("Purchase.month", "pattern")]
    [InlineData("Run.inputFingerprint", "pattern")]
    [InlineData("uploadReadings(mode)", "enum")]
    [InlineData("getLicense(number)", "maxLength")]
    [InlineData("getMeteringPoint(code)", "maxLength")]
    [InlineData("getReceipt(key)", "maxLength")]
    public async Task A_text_says_of_which_words_or_spelling_it_is(string member, string keyword)
    {
        var schema = (await Members())[member]["schema"] ?? (await Members())[member];
        var told = schema["$ref"] is { } reference
            ? (await Document())["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]! : schema["items"] ?? schema;
        Assert.NotNull(told[keyword]);
    }

    [Fact]
    public async Task Everything_has_a_type_but_the_two_values_of_a_change()
    {
        var document = JsonNode.Parse((await registry.Get(null, "/openapi/v1.json")).Demand(200).Text)!;
        var schemas = document["components"]!["schemas"]!.AsObject();
        var members = schemas.SelectMany(s => (s.Value!["properties"]?.AsObject() ?? [])
            .Select(p => (Name: $"{s.Key}.{p.Key}", Is: p.Value!))).ToList();
        var untyped = members.Concat(members.Where(m => m.Is["type"]?.ToJsonString().Contains("array", StringComparison.Ordinal) is true)
            .Select(m => (Name: $"{m.Name}[]", Is: m.Is["items"]!))).Where(m =>
                !new[] { "type", "$ref", "allOf", "oneOf" }.Any(k => m.Is[k] is not null));
        Assert.Equal(["Change.from", "Change.to"], untyped.Select(m => m.Name).Order());
    }

    [Fact]
    public async Task Every_fact_and_every_receipt_has_a_schema_of_its_own()
    {
        var document = JsonNode.Parse((await registry.Get(null, "/openapi/v1.json")).Demand(200).Text)!;
        var schemas = document["components"]!["schemas"]!.AsObject();
        var facts = typeof(RegistryApp).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IFact))).Select(t => t.Name);
        Assert.Equal(facts.Order(), ToldApart("Fact", "fact"));
        var keyed = document["paths"]!.AsObject().Where(p => p.Key.StartsWith("/v1/", StringComparison.Ordinal)
            && p.Value!["post"] is not null).Select(p => p.Value!["post"]!["operationId"]!.GetValue<string>());
        Assert.Equal(keyed.Order(StringComparer.OrdinalIgnoreCase), ToldApart("Receipt", "action")
            .Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);

        IEnumerable<string> ToldApart(string head, string tag)
        {
            var discriminator = schemas[head]!["discriminator"]!;
            Assert.Equal(tag, discriminator["propertyName"]!.GetValue<string>());
            Assert.All(discriminator["mapping"]!.AsObject(), m => Assert.Equal(m.Key,
                schemas[m.Value!.GetValue<string>().Split('/')[^1]]!["properties"]![tag]!["const"]!.GetValue<string>()));
            return discriminator["mapping"]!.AsObject().Select(m => m.Key).Order();
        }
    }

    [Fact]
    public async Task Every_name_whose_spelling_is_known_occurs()
    {
        var known = (await Members()).Keys.SelectMany(m => m.Contains('(', StringComparison.Ordinal) ? [$"{{{m.Split('(', ')')[1]}}}"]
            : new[] { m, m.Split('.')[1] });
        Assert.Empty(Texts.Names.Except(known));
    }

    [Fact]
    public async Task A_value_of_a_table_of_the_law_says_which_table_it_is()
    {
        var coded = (await Members())
            .Where(m => m.Key.EndsWith(".type", StringComparison.Ordinal) ? m.Key.StartsWith("Document", StringComparison.Ordinal)
            : m.Key.Split('.', '(')[^1].TrimEnd(')') is "region" or "siteRegion" or "regions" or "ground" or "grounds").ToList();
        Assert.True(coded.Count > 20);
        Assert.Empty(coded.Where(m => !m.Value["description"]!.GetValue<string>()
            .Contains("see GET /v1/reference/", StringComparison.Ordinal)).Select(m => m.Key));
    }

    [Fact]
    public async Task What_is_sent_takes_no_other_members_and_what_is_answered_may_grow()
    {
        var document = await Document();
        var schemas = document["components"]!["schemas"]!.AsObject();
        var sent = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject())
            .SelectMany(o => o.Value!["requestBody"]?["content"]?.AsObject().Where(c => c.Key != OAuthForm)
                .Select(c => c.Value!["schema"]?["$ref"]?.GetValue<string>().Split('/')[^1]) ?? [])
            .OfType<string>().ToHashSet();
        Assert.Equal(sent.Order(), schemas.Where(s => s.Value!["additionalProperties"] is JsonValue).Select(s => s.Key).Order());
        foreach (var body in sent.Select(s => schemas[s]!)) AssertClosed(body, schemas);
    }

    /// <summary>Whatever objects a body holds are closed where it holds them.</summary>
    private static void AssertClosed(JsonNode schema, JsonObject schemas)
    {
        var members = (schema["properties"]?.AsObject() ?? []).Select(p => p.Value!);
        foreach (var held in members.SelectMany(m => new[] { m, m["items"] }).OfType<JsonNode>())
        {
            var name = (held["$ref"] ?? (held["allOf"] ?? held["oneOf"])?[0]?["$ref"])?.GetValue<string>().Split('/')[^1];
            if (name is null || schemas[name]!["properties"] is null) continue;
            Assert.True(held["unevaluatedProperties"] is not null, $"{name} is open where it is sent.");
            AssertClosed(schemas[name]!, schemas);
        }
    }

    [Fact]
    public async Task Every_wrong_role_is_refused_on_every_operation_and_changes_nothing()
    {
        var before = await registry.Written();
        foreach (var operation in (await Operation.All(registry)).Where(o => !o.IsPublic))
        {
            (await Call(operation, null)).DemandProblem(401, "token-required");
            foreach (var persona in Operation.Personas)
            {
                var answer = await Call(operation, persona);
                if (operation.Allows(persona))
                    Assert.False((int)answer.Status is 401 or >= 500, $"{operation} as {persona}: {answer.Text}");
                else Assert.Equal(operation.Permission, answer.DemandProblem(403, "permission-missing")["missing"].GetString());
            }
        }

        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task Every_example_is_read_without_a_problem()
    {
        var known = typeof(RegistryApp).Assembly.GetTypes();
        foreach (var operation in (await Operation.All(registry))
            .Where(o => o.Body["requestBody"]?["content"]?["application/json"] is not null))
        {
            var media = operation.Body["requestBody"]!["content"]!["application/json"]!;
            var schema = media["schema"]!["$ref"]!.GetValue<string>().Split('/')[^1];
            var type = known.Single(t => t.Name is not ['<', ..] && OpenApiDocument.SchemaId(t) == schema);
            var read = typeof(StrictJson)
                .GetMethod(nameof(StrictJson.Read), BindingFlags.Public | BindingFlags.Static)!.MakeGenericMethod(type);
            var result = read.Invoke(null,
                [(ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(media["example"]!.ToJsonString()), Json.Options, null])!;
            Assert.Null(result.GetType().GetProperty("Error")!.GetValue(result));
        }
    }

    private async Task<JsonNode> Document() => JsonNode.Parse((await registry.Get(null, "/openapi/v1.json")).Demand(200).Text)!;

    /// <summary>Members of objects as <c>License.number</c>, parameters as <c>getLicense(number)</c>.</summary>
    private async Task<Dictionary<string, JsonNode>> Members()
    {
        var document = await Document();
        var members = document["components"]!["schemas"]!.AsObject()
            .SelectMany(s => (s.Value!["properties"]?.AsObject() ?? []).Select(p => (Name: $"{s.Key}.{p.Key}", Is: p.Value!)));
        var parameters = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject())
            .SelectMany(o => (o.Value!["parameters"]?.AsArray() ?? [])
                .Select(p => (Name: $"{o.Value["operationId"]}({p!["name"]})", Is: p)));
        return members.Concat(parameters).ToDictionary(m => m.Name, m => m.Is);
    }

    /// <summary>Ids of nothing, and bodies that are readable but say nothing: who is allowed gets as far as a refusal.</summary>
    private Task<Answer> Call(Operation operation, string? persona)
    {
        var path = operation.Path.Replace("{id}", Guid.Empty.ToString(), StringComparison.Ordinal)
            .Replace("{number}", "none", StringComparison.Ordinal).Replace("{code}", "none", StringComparison.Ordinal)
            .Replace("{key}", "none", StringComparison.Ordinal).Replace("{table}", "none", StringComparison.Ordinal)
            .Replace("{documentId}", Guid.Empty.ToString(), StringComparison.Ordinal);
        var types = operation.Body["requestBody"]?["content"]!.AsObject().Select(c => c.Key).ToList();
        var type = types is null || types.Contains("application/json") ? "application/json" : types[0];
        return registry.Send(persona, new HttpMethod(operation.Method), path, types is null ? null : type == "application/json" ? "{}"
            : "nothing\n", contentType: type);
    }
}
