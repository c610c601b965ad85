using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>What every answer says to browsers and caches, whoever asks for what.</summary>
public sealed class AnswerHeaderTests(FilledRegistry registry) : IClassFixture<FilledRegistry>
{
    [Fact]
    public async Task Every_answer_of_every_operation_says_who_may_keep_it_and_on_what_it_depends()
    {
        foreach (var operation in await Operation.All(registry))
        {
            foreach (var (persona, isHeard) in Askers(operation))
            {
                foreach (var accept in Forms(operation).Prepend(null))
                {
                    using var answer =
                        await Ask(persona, operation.Method, registry.PathOf(operation), accept, operation.Bodies is null ? null : "{}");
                    var asked = $"{operation} as {persona} for {accept}: {answer}";
                    var refused = !answer.IsSuccessStatusCode;
                    Assert.True(IsSniffProof(answer), asked);
                    if (!operation.IsPublic || refused) Assert.True(answer.Headers.CacheControl is { NoStore: true, Public: false }, asked);
                    if (Forms(operation).Count > 1 || refused) Assert.True(answer.Headers.Vary.Contains("Accept"), asked);
                    if (refused) Assert.True(answer.Headers.Vary.Contains("Accept-Language"), asked);
                    // So that not only refusals were looked at.
                    Assert.False(operation.Method == "GET" && isHeard == refused, asked);
                }
            }
        }
    }

    [Theory]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/health/ready", 200)]
    [InlineData("GET", "/version", 200)]
    [InlineData("GET", "/errors", 200)]
    [InlineData("GET", "/errors/none", 404)]
    [InlineData("GET", "/metrics", 200)]
    [InlineData("GET", "/swagger/index.html", 200)]
    [InlineData("GET", "/swagger/swagger-ui.css", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/.well-known/openid-configuration", 200)]
    [InlineData("POST", "/connect/token", 400)]
    [InlineData("GET", "/sandbox/clock", 200)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("POST", "/health/live", 405)]
    public async Task Pages_outside_of_the_contract_are_what_their_type_says(string method, string path, int status)
    {
        using var answer = await Ask(null, method, path, null, null);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.True(IsSniffProof(answer), $"{answer}");
        Assert.NotNull(answer.Headers.CacheControl);
    }

    [Fact]
    public async Task An_accident_says_it_too()
    {
        await using (var break_ = await registry.OpenDatabase())
        {
            await using var rename = new Npgsql.NpgsqlCommand("ALTER TABLE pools RENAME TO pools_away", break_);
            await rename.ExecuteNonQueryAsync(Ct);
            try
            {
                using var answer = await Ask(null, "GET", "/v1/pools", null, null);
                Assert.Equal(500, (int)answer.StatusCode);
                Assert.True(IsSniffProof(answer) && answer.Headers.CacheControl is { NoStore: true }, $"{answer}");
            }
            finally
            {
                rename.CommandText = "ALTER TABLE pools_away RENAME TO pools";
                await rename.ExecuteNonQueryAsync(Ct);
            }
        }
    }

    [Fact]
    public async Task A_packed_body_is_taken_where_somebody_unpacks_it_and_nowhere_else()
    {
        var before = await registry.Written();
        var packed = Gzip("{}");
        var taking = new List<string>();
        foreach (var operation in (await Operation.All(registry)).Where(o => o.Bodies is not null))
        {
            foreach (var (type, _) in operation.Bodies!)
            {
                foreach (var encoding in new[] { "gzip", "br", "identity" })
                {
                    using var request = new HttpRequestMessage(new HttpMethod(operation.Method),
                        registry.PathOf(operation))
                    { Content = new ByteArrayContent(packed) };
                    request.Headers.Authorization =
                        new AuthenticationHeaderValue("Bearer", await registry.BearerOf(Operation.Personas.First(operation.Allows)));
                    request.Content.Headers.ContentType =
                        MediaTypeHeaderValue.Parse(type == "multipart/form-data" ? type + "; boundary=b" : type);
                    request.Content.Headers.ContentEncoding.Add(encoding);
                    using var response = await registry.Http.SendAsync(request, Ct);
                    var text = await response.Content.ReadAsStringAsync(Ct);
                    if (text.Contains("\"unsupported-content-encoding\"", StringComparison.Ordinal))
                        Assert.Equal(415, (int)response.StatusCode);
                    else taking.Add($"{operation} {encoding}");
                }
            }
        }

        Assert.All(taking, t => Assert.StartsWith("POST /v1/readings ", t, StringComparison.Ordinal));
        Assert.Contains("POST /v1/readings gzip", taking);
        Assert.Equal(before, await registry.Written());
    }

    [Theory]
    [InlineData("2026-07-01T09:00Z")]
    [InlineData("2026-07-01T09:00+05:00")]
    public async Task An_instant_without_seconds_is_refused(string instant)
    {
        var refused = await registry.Get("auditor-1", $"/v1/audit/entries?from={Uri.EscapeDataString(instant)}");
        Assert.Equal([("?from", "instant-malformed")], refused.DemandProblem(400, "invalid-input").Problems);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<HttpResponseMessage> Ask(string? persona, string method, string path, string? accept, string? json)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (persona is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await registry.BearerOf(persona));
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await registry.Http.SendAsync(request, Ct);
    }

    private static bool IsSniffProof(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("X-Content-Type-Options", out var values) && values.SequenceEqual(["nosniff"]);

    /// <summary>Nobody, somebody who may not, and somebody who may.</summary>
    private static IEnumerable<(string? Persona, bool IsHeard)> Askers(Operation operation)
    {
        yield return (null, operation.IsPublic);
        if (operation.IsPublic) yield break;
        if (Operation.Personas.FirstOrDefault(p => !operation.Allows(p)) is { } other) yield return (other, false);
        yield return (Operation.Personas.First(operation.Allows), true);
    }

    /// <summary>The media types in which it may answer; the formats of a document are no choice of the caller.</summary>
    private static List<string?> Forms(Operation operation) =>
        operation.Path.EndsWith("{documentId}", StringComparison.Ordinal)
            ? []
            : [.. operation.Body["responses"]!["200"]?["content"]?.AsObject().Select(c => c.Key) ?? []];

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
