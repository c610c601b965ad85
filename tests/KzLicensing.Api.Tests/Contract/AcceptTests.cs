using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>An answer comes in a form that is accepted, or not at all.</summary>
public sealed class AcceptTests(FilledRegistry registry) : IClassFixture<FilledRegistry>
{
    [Theory]
    [InlineData("image/x-icon")]
    [InlineData("video/*")]
    [InlineData("*/*;q=0")]
    [InlineData("nonsense")]
    [InlineData("application/problem+json")]
    public async Task No_operation_answers_what_is_not_accepted_nor_does_it_anything(string accept)
    {
        var before = await registry.Written();
        foreach (var operation in await Operation.All(registry))
        {
            var persona = operation.IsPublic ? null : Operation.Personas.First(operation.Allows);
            var (status, type, text) =
                await Ask(persona, operation.Method, registry.PathOf(operation), accept, operation.Bodies?.First().Key);
            Assert.True(status == 406 && type == "application/problem+json", $"{operation}: {status} {text}");
            Assert.Equal("not-acceptable", JsonElement.Parse(text).GetProperty("code").GetString());
        }

        Assert.Equal(before, await registry.Written());
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData("application/json; charset=utf-8", "application/json")]
    [InlineData("text/html, application/xml;q=0.9, */*;q=0.8", "application/json")]
    [InlineData("text/*", "text/csv")]
    [InlineData("TEXT/CSV", "text/csv")]
    [InlineData("text/csv, application/json", "text/csv")]
    [InlineData("application/json, text/csv", "application/json")]
    [InlineData("application/json;q=0.5, text/csv", "text/csv")]
    [InlineData("application/json;q=0.5, text/csv;q=0.4", "application/json")]
    [InlineData("application/json;q=0, */*", "text/csv")]
    public async Task A_list_comes_in_the_form_that_is_liked_best(string? accept, string expected)
    {
        var (status, type, text) = await Ask("officer-1", "GET", "/v1/licenses", accept);
        Assert.True(status == 200 && type == expected, $"{status} {type} {text}");
    }

    [Theory]
    [InlineData("application/json", 404)]
    [InlineData("text/csv", 406)]
    public async Task A_refusal_is_a_problem_whatever_is_accepted(string accept, int expected)
    {
        var (status, type, _) = await Ask("officer-1", "GET", $"/v1/permit-applications/{Guid.Empty}", accept);
        Assert.Equal((expected, "application/problem+json"), (status, type));
    }

    [Fact]
    public async Task A_document_is_not_sent_as_what_it_is_not()
    {
        var path = registry.PathOf((await Operation.All(registry))
            .Single(o => o.Method == "GET" && o.Path.EndsWith("{documentId}", StringComparison.Ordinal)));
        Assert.Equal(200, (await Ask("officer-1", "GET", path, "application/pdf")).Status);
        Assert.Equal(406, (await Ask("officer-1", "GET", path, "image/png")).Status);
    }

    private async Task<(int Status, string? Type, string Text)> Ask(string? persona, string method, string path, string? accept,
        string? contentType = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (persona is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await registry.BearerOf(persona));
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (contentType is not null) request.Content = new StringContent("{}", Encoding.UTF8, contentType);
        using var answer = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
