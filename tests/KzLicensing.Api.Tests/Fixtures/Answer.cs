using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace KzLicensing.Api.Tests.Fixtures;

/// <summary>An answer as a client sees it.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);
    public string? ETag => Headers.ETag?.ToString();
    public JsonElement this[string member] => Json.GetProperty(member);

    /// <summary>Fails with the body when the status is another one.</summary>
    public Answer Demand(int status)
    {
        Assert.True((int)Status == status, $"Expected {status}, got {(int)Status}: {Text}");
        return this;
    }

    /// <summary>A problem with this status and code, in the one shape that all have.</summary>
    public Answer DemandProblem(int status, string code)
    {
        Demand(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(code, this["code"].GetString());
        Assert.Equal($"urn:kz-licensing:problem:{code}", this["type"].GetString());
        Assert.Equal(status, this["status"].GetInt32());
        Assert.NotEmpty(this["title"].GetString()!);
        Assert.NotEmpty(this["traceId"].GetString()!);
        return this;
    }

    /// <summary>The pointers and codes of a 400, in the order of the answer.</summary>
    public IReadOnlyList<(string Pointer, string Code)> Problems =>
        [.. this["errors"].EnumerateArray().Select(e => (e.GetProperty("pointer").GetString()!, e.GetProperty("code").GetString()!))];
}
