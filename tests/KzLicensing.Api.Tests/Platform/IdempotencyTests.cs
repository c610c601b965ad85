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
        var answers = await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(_ => registry.Post(Applicant, "/v1/permit-applications", body, key: "fifty")));

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
        (await registry.Post(Applicant, "/v1/permit-applications", Files.Application(bin: Files.Kaspi), key: "mine"))
            .DemandProblem(403, "bin-not-yours");
        var first = (await registry.Post(Applicant, "/v1/permit-applications", body, key: "mine")).Demand(201);
        (await registry.Post(Applicant, "/v1/permit-applications", Files.Application(address: "Other"), key: "mine"))
            .DemandProblem(422, "idempotency-key-reused");
        (await registry.Post("applicant-" + Files.Kaspi, "/v1/permit-applications", Files.Application(bin: Files.Kaspi), key: "mine"))
            .Demand(201);

        var receipt = (await registry.Get(Applicant, "/v1/receipts/mine")).Demand(200);
        Assert.Equal("CreateApplication", receipt["action"].GetString());
        Assert.Equal(first["id"].GetString(), receipt["reply"].GetProperty("id").GetString());
        (await registry.Get(Applicant, "/v1/receipts/other")).DemandProblem(404, "receipt-not-found");
        (await registry.Post(Applicant, "/v1/permit-applications", body, key: new string('k', 256)))
            .DemandProblem(400, "idempotency-key-malformed");
    }

    [Fact]
    public async Task One_person_for_another_miner_is_another_caller()
    {
        var path = $"/v1/permit-applications/{await registry.Draft(Files.Application(address: "Two miners"))}/submit";
        var (one, other) = (Hire("of-kegoc", Files.Kegoc, "Applicant"), Hire("of-kaspi", Files.Kaspi, "Applicant"));
        var first = (await registry.Post(one, path, key: "two-miners")).Demand(200);
        var before = await registry.Written();

        (await registry.Post(other, path, key: "two-miners")).DemandProblem(422, "idempotency-key-reused");
        (await registry.Get(other, "/v1/receipts/two-miners")).DemandProblem(404, "receipt-not-found");

        Assert.Equal(first.Text, (await registry.Post(one, path, key: "two-miners")).Demand(200).Text);
        Assert.Equal(first["id"].GetString(), (await registry.Get(one, "/v1/receipts/two-miners")).Demand(200)["reply"].GetProperty("id")
            .GetString());
        Assert.Equal(before, await registry.Written());
    }

    [Fact]
    public async Task Who_may_not_do_it_any_more_is_not_told_what_it_did()
    {
        var body = Files.Application(address: "Moved on");
        var (then, now) = (Hire("was-applicant", Files.Kegoc, "Applicant"), Hire("is-inspector", Files.Kegoc, "Inspector"));
        (await registry.Post(then, "/v1/permit-applications", body, key: "moved-on")).Demand(201);

        (await registry.Post(now, "/v1/permit-applications", body, key: "moved-on")).DemandProblem(403, "permission-missing");
        (await registry.Get(now, "/v1/receipts/moved-on")).DemandProblem(404, "receipt-not-found");
    }

    [Fact]
    public async Task What_was_done_as_staff_is_not_told_to_an_applicant()
    {
        var license =
            await registry.Licensed($"{DateTime.UtcNow.AddHours(5):yyyy-MM-dd}", Files.Application(mw: 0.5m, address: "Left office"));
        var path = $"/v1/licenses/{license}/surrender";
        var body = new { from = $"{DateTime.UtcNow.AddDays(30):yyyy-MM-dd}" };
        var (then, now) = (Hire("was-approver", Files.Kaspi, "Approver"), Hire("is-applicant", Files.Kaspi, "Applicant"));
        (await registry.Post(then, path, body, key: "left-office")).Demand(200);

        (await registry.Post(now, path, body, key: "left-office")).DemandProblem(422, "idempotency-key-reused");
        (await registry.Get(now, "/v1/receipts/left-office")).DemandProblem(404, "receipt-not-found");
    }

    private string Hire(string persona, string bin, string role) => registry.Hire(persona, bin, [role], sub: "a-person-of-many-parts");

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
