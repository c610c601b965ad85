using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>With <c>validateOnly</c> a step is tried: it is answered as it would be, and nothing is left of it.</summary>
public sealed class ValidateOnlyTests(Registry registry) : IClassFixture<Registry>
{
    private const string Owner = "applicant-" + Files.Kegoc, Path = "/v1/permit-applications";

    [Fact]
    public async Task A_draft_that_is_tried_is_made_nowhere_and_takes_no_number()
    {
        var (written, body) = (await registry.Written(), Files.Application(address: "Tried"));
        var before = await Left();
        var tried = (await registry.Post(Owner, $"{Path}?validateOnly=true", body, key: "tried")).Demand(200);
        DemandMark(tried);
        Assert.Equal("Draft", tried["status"].GetString());
        Assert.Equal((written, before), (await registry.Written(), await Left()));
        (await registry.Get(Owner, $"{Path}/{tried["id"].GetString()}")).DemandProblem(404, "application-not-found");

        var made = (await registry.Post(Owner, Path, body, key: "tried")).Demand(201);
        Assert.NotNull(made.Headers.Location);
        Assert.False(made.Headers.Contains("Validate-Only") || made.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(tried["number"].GetString(), made["number"].GetString());
        (await registry.Post(Owner, $"{Path}?validateOnly=false", body)).Demand(201);
    }

    [Fact]
    public async Task What_would_be_refused_is_refused_by_the_same_code()
    {
        var written = await registry.Written();
        (await registry.Post(Owner, $"{Path}?validateOnly=true", Files.Application(Files.Halyk))).DemandProblem(403, "bin-not-yours");
        (await registry.Post(Owner, $"{Path}?validateOnly=true", "{}")).DemandProblem(400, "invalid-input");
        (await registry.Post("officer-1", $"{Path}?validateOnly=true", Files.Application())).DemandProblem(403, "permission-missing");
        (await registry.Post(Owner, $"{Path}/{Guid.CreateVersion7()}/submit?validateOnly=true"))
            .DemandProblem(404, "application-not-found");
        Assert.Equal(written, await registry.Written());
    }

    [Fact]
    public async Task A_submission_that_is_tried_hears_the_constraints_of_the_database_and_leaves_the_draft()
    {
        var id = await registry.Draft(Files.Application(address: "Twice"));
        var tried = (await registry.Post(Owner, $"{Path}/{id}/submit?validateOnly=true")).Demand(200);
        DemandMark(tried);
        Assert.Equal(("Submitted", 2), (tried["status"].GetString(), tried["version"].GetInt32()));
        Assert.Equal("Draft", (await registry.Get(Owner, $"{Path}/{id}")).Demand(200)["status"].GetString());
        (await registry.Send(Owner, HttpMethod.Post, $"{Path}/{id}/submit?validateOnly=true", ifMatch: "\"7\""))
            .DemandProblem(412, "stale-version");

        (await registry.Post(Owner, $"{Path}/{id}/submit")).Demand(200);
        var second = await registry.Draft(Files.Application(address: "Twice"));
        var written = await registry.Written();
        (await registry.Post(Owner, $"{Path}/{second}/submit?validateOnly=true")).DemandProblem(409, "duplicate-application");
        Assert.Equal(written, await registry.Written());
    }

    [Fact]
    public async Task An_approval_that_is_tried_issues_nothing_takes_no_capacity_and_no_number()
    {
        await registry.MoveClock("2026-03-02T06:00:00Z");
        var id = await registry.Recommended(Files.Application(address: "Approved"));
        var (written, before) = (await registry.Written(), await Left());
        var decision = new { validFrom = "2026-03-02", reasons = "Agreed." };
        (await registry.Post("approver-1", $"{Path}/{id}/approve?validateOnly=true", decision)).DemandProblem(428, "if-match-required");
        for (var i = 0; i < 2; i++)
        {
            var tried = (await registry.Post("approver-1", $"{Path}/{id}/approve?validateOnly=true", decision, "\"4\"", "approve"))
                .Demand(200);
            DemandMark(tried);
            Assert.Equal("Approved", tried["application"].GetProperty("status").GetString());
        }

        Assert.Equal((written, before), (await registry.Written(), await Left()));
        (await registry.Post("approver-1", $"{Path}/{id}/approve", decision, "\"4\"", "approve")).Demand(200);
    }

    [Theory]
    [InlineData("permit-applications?validateOnly=yes", "wrong-type")]
    [InlineData("permit-applications?validateOnly=", "wrong-type")]
    [InlineData("permit-applications?validateOnly=true&validateOnly=true", "wrong-type")]
    [InlineData("permit-applications/01a21243-b14e-72b8-8c85-149d4ae51d32/withdraw?validateOnly=true", "unknown-field")]
    public async Task Where_nothing_can_be_tried_nothing_is_done(string path, string code)
    {
        var written = await registry.Written();
        var refused = (await registry.Post(Owner, $"/v1/{path}", Files.Application())).DemandProblem(400, "invalid-input");
        Assert.Equal([("?validateOnly", code)], refused.Problems);
        Assert.Equal(written, await registry.Written());
    }

    private static void DemandMark(Answer tried)
    {
        Assert.Equal(["true"], tried.Headers.GetValues("Validate-Only"));
        Assert.Null(tried.Headers.Location);
        Assert.Null(tried.ETag);
    }

    /// <summary>Whatever a step could leave behind.</summary>
    private Task<string> Left() => registry.Sql<string>("""
        SELECT concat_ws(' ', (SELECT count(*) FROM permit_applications), (SELECT count(*) FROM licenses),
               (SELECT count(*) FROM capacity_movements),
                         (SELECT count(*) FROM idempotency_keys), (SELECT count(*) FROM journal_entries),
                                 (SELECT string_agg(s::text, ' ' ORDER BY s.series) FROM number_series s))
        """);
}
