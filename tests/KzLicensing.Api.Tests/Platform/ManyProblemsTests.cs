using System.Text;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

/// <summary>An answer does not grow with what is wrong with the request: a hundred problems are told, and that there are more.</summary>
public sealed class ManyProblemsTests(Registry registry) : IClassFixture<Registry>
{
    private const int Told = 100, LargestAnswer = 64 * 1024;

    private const string Machines = "/v1/licenses/KZ-DM-I-2026-000001/hardware";

    private static readonly string Unit = $$"""{ "maker": "", "model": "", "serial": "", "hashRateThs": 0, "powerW": 0 },""";

    [Fact]
    public async Task Of_many_rows_that_are_no_rows_the_first_problems_are_told() =>
        Bounded(await Register(string.Concat(Enumerable.Repeat("{},", 340_000))), "/units/0/maker");

    [Fact]
    public async Task Of_many_members_that_nobody_knows_the_first_are_told() =>
        Bounded(await registry.Post("applicant-" + Files.Kegoc, "/v1/permit-applications",
            "{" + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"m{i}\":1")) + "}"), "/m0");

    [Fact]
    public async Task Of_many_rows_that_break_every_rule_the_first_problems_are_told() =>
        Bounded(await Register(string.Concat(Enumerable.Repeat(Unit, 10_000))), "/units");

    [Fact]
    public async Task A_hundred_problems_are_told_without_more()
    {
        // Five rules are broken by every machine; that they are all the same one is a problem, too.
        var refused = (await Register(string.Concat(Enumerable.Repeat(Unit, 8)))).DemandProblem(400, "invalid-input");
        Assert.False(refused.Json.TryGetProperty("more", out _));
        Assert.InRange(refused.Problems.Count, 41, Told);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("x\n")]
    [InlineData("B,2026-01,0,1,s,r\r\n")]
    public async Task Of_many_lines_of_purchases_that_are_none_the_first_are_told(string line)
    {
        var file = new StringBuilder("meteringPoint,month,kwh,costKzt,source,reference\n").Insert(49, line, (8_000_000 / line.Length) - 10)
            .ToString();
        var before = await registry.Written();
        var refused = (await registry.Send("grid-1", HttpMethod.Post, "/v1/electricity-purchases", file, contentType: "text/csv"))
            .DemandProblem(400, "purchases-rejected");
        Assert.Equal(Enumerable.Range(2, Told), refused["errors"].EnumerateArray().Select(e => e.GetProperty("line").GetInt32()));
        Assert.True(refused["more"].GetBoolean());
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task A_file_of_more_purchases_than_are_taken_is_refused_as_such()
    {
        var file = new StringBuilder("meteringPoint,month,kwh,costKzt,source,reference\n").Insert(49, "B,2026-01,1,1,s,r\n", 100_001)
            .ToString();
        var refused = (await registry.Send("grid-1", HttpMethod.Post, "/v1/electricity-purchases", file, contentType: "text/csv"))
            .DemandProblem(400, "purchases-rejected");
        Assert.Equal("purchase-file-too-long", Assert.Single(refused["errors"].EnumerateArray()).GetProperty("code").GetString());
    }

    private static void Bounded(Answer answer, string first)
    {
        var refused = answer.DemandProblem(400, "invalid-input");
        Assert.Equal(Told, refused.Problems.Count);
        Assert.StartsWith(first, refused.Problems[0].Pointer, StringComparison.Ordinal);
        Assert.True(refused["more"].GetBoolean());
        Assert.InRange(refused.Text.Length, 1, LargestAnswer);
    }

    private Task<Answer> Register(string units) =>
        registry.Post("applicant-" + Files.Kegoc, Machines, $$"""{ "from": "2026-01-01", "units": [{{units.TrimEnd(',')}}] }""");
}
