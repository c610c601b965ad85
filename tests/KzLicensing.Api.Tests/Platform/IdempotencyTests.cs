using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Platform;

public sealed class IdempotencyTests(Registry registry) : IClassFixture<Registry>
{
    private const string Applicant = "applicant-" + Files.Kegoc;

    [Fact]
    public async Task Fifty_parallel_sends_with_one_key_have_one_effect()
    {
        var body = Files.Application(address: "Fifty").ToJsonString();
        var before = await registry.Written();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Post(Applicant, "/v1/permit-applications", body, key: "fifty")));

        var created = answers.Where(a => (int)a.Status == 201).ToList();
        Assert.All(answers.Except(created), a => a.DemandProblem(409, "idempotency-key-in-flight"));
        Assert.Single(created.Select(a => a.Text).Distinct());
        Assert.Single(created, a => !a.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(before + 1, await registry.Written());
    }

    [Fact]
    public async Task A_key_belongs_to_its_caller_and_its_request_and_a_failure_frees_it()
    {
        var body = Files.Application(address: "Keys");
        (await registry.Post(Applicant, "/v1/permit-applications", Files.Application(bin: Files.Kaspi), key: "mine")).DemandProblem(403, "bin-not-yours");
        var first = (await registry.Post(Applicant, "/v1/permit-applications", body, key: "mine")).Demand(201);
        (await registry.Post(Applicant, "/v1/permit-applications", Files.Application(address: "Other"), key: "mine")).DemandProblem(422, "idempotency-key-reused");
        (await registry.Post("applicant-" + Files.Kaspi, "/v1/permit-applications", Files.Application(bin: Files.Kaspi), key: "mine")).Demand(201);

        var receipt = (await registry.Get(Applicant, "/v1/receipts/mine")).Demand(200);
        Assert.Equal("CreateApplication", receipt["action"].GetString());
        Assert.Equal(first["id"].GetString(), receipt["reply"].GetProperty("id").GetString());
        (await registry.Get(Applicant, "/v1/receipts/other")).DemandProblem(404, "receipt-not-found");
        (await registry.Post(Applicant, "/v1/permit-applications", body, key: new string('k', 256))).DemandProblem(400, "idempotency-key-malformed");
    }

    [Fact]
    public async Task Exactly_one_of_many_racing_edits_of_a_version_wins()
    {
        var id = await registry.Draft(Files.Application(address: "Race"));
        for (var version = 1; version <= 5; version++)
        {
            var tag = $"\"{version}\"";
            var answers = await Task.WhenAll(Enumerable.Range(1, 10).Select(i =>
                registry.Send(Applicant, HttpMethod.Put, $"/v1/permit-applications/{id}", Files.Application(mw: i, address: "Race"), tag)));
            Assert.Single(answers, a => (int)a.Status == 200);
            Assert.Equal(9, answers.Count(a => (int)a.Status == 412));
        }
    }
}
