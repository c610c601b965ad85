using System.Text.Json.Nodes;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

/// <summary>One receipt of the state fee pays for one application.</summary>
public sealed class ReceiptTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Owner = "applicant-" + Files.Kegoc;

    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("KKM 77-1")]
    [InlineData("kkm 77-1")]
    [InlineData(" KKM77-1 ")]
    [InlineData("KKM\u00A077\u20131")]
    [InlineData("\uFF2B\uFF2B\uFF2D 77-1")]
    [InlineData("\u041A\u041A\u041C 77-1")]
    [InlineData("KKM 77-1.")]
    [InlineData("\u00ABKKM 77/1\u00BB")]
    public async Task A_receipt_that_has_paid_for_a_license_pays_for_nothing_else_however_it_is_spelled(string reference)
    {
        if (await registry.Sql<long>("SELECT count(*) FROM licenses") == 0)
            await registry.Licensed("2026-03-02", Paid("KKM 77-1", "Licensed"));
        await Refused(await registry.Draft(Paid(reference, "Licensed")));
    }

    [Fact]
    public async Task Another_payer_may_have_a_receipt_of_the_same_number()
    {
        await registry.Submitted(Paid("SAME", "Mine"));
        await registry.Submitted(Paid("SAME", "Yours", Files.Kaspi));
    }

    [Fact]
    public async Task What_is_withdrawn_before_its_review_gives_its_receipt_back_and_later_it_does_not()
    {
        var early = await registry.Submitted(Paid("BACK", "Early"));
        (await registry.Post(Owner, $"/v1/permit-applications/{early}/withdraw")).Demand(200);
        var copy = (await registry.Post(Owner, $"/v1/permit-applications/{early}/copy")).Demand(201);
        Assert.Equal("BACK", copy["stateFee"].GetProperty("reference").GetString());
        (await registry.Post(Owner, $"/v1/permit-applications/{copy["id"].GetString()}/submit")).Demand(200);

        (await registry.Post("officer-1", $"/v1/permit-applications/{copy["id"].GetString()}/start-review")).Demand(200);
        (await registry.Post(Owner, $"/v1/permit-applications/{copy["id"].GetString()}/withdraw")).Demand(200);
        await Refused(await registry.Draft(Paid("BACK", "Late")));
    }

    [Fact]
    public async Task A_draft_that_is_withdrawn_has_used_nothing()
    {
        var draft = await registry.Draft(Paid("UNUSED", "Never filed"));
        (await registry.Post(Owner, $"/v1/permit-applications/{draft}/withdraw")).Demand(200);
        await registry.Submitted(Paid("UNUSED", "Filed"));
    }

    [Fact]
    public async Task A_receipt_named_with_an_answer_is_used_too_and_the_first_one_stays_used()
    {
        var id = await registry.UnderReview(Paid("FIRST", "Answered"));
        var asked = new { items = new[] { new { pointer = "/stateFee", question = "Which receipt?" } }, respondBy = "2026-03-10" };
        var view = (await registry.Post("officer-1", $"/v1/permit-applications/{id}/request-information", asked)).Demand(200);
        await registry.Submitted(Paid("TAKEN", "Elsewhere"));
        var answer = new { answers = new[] { new { pointer = "/stateFee", answer = "This one." } } };

        var taken = (await registry.Send(Owner, HttpMethod.Put, $"/v1/permit-applications/{id}", Paid("TAKEN", "Answered"), view.ETag))
            .Demand(200);
        (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", answer)).DemandProblem(409, "state-fee-used");
        (await registry.Send(Owner, HttpMethod.Put, $"/v1/permit-applications/{id}", Paid("SECOND", "Answered"), taken.ETag)).Demand(200);
        (await registry.Post(Owner, $"/v1/permit-applications/{id}/respond", answer)).Demand(200);
        foreach (var used in new[] { "FIRST", "SECOND" }) await Refused(await registry.Draft(Paid(used, $"After {used}")));
    }

    [Fact]
    public async Task Of_many_that_name_one_receipt_at_the_same_time_one_is_filed()
    {
        var drafts = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => registry.Draft(Paid("RACE", $"Race {n}"))));
        var answers = await Task.WhenAll(drafts.Select(id => registry.Post(Owner, $"/v1/permit-applications/{id}/submit")));
        Assert.Single(answers, a => (int)a.Status == 200);
        foreach (var refused in answers.Where(a => (int)a.Status != 200)) refused.DemandProblem(409, "state-fee-used");
    }

    private async Task Refused(string draft)
    {
        var before = await registry.Written();
        (await registry.Post(Owner, $"/v1/permit-applications/{draft}/submit")).DemandProblem(409, "state-fee-used");
        Assert.Equal(before, await registry.Written());
        Assert.Equal("Draft", (await registry.Get(Owner, $"/v1/permit-applications/{draft}"))["status"].GetString());
    }

    private static JsonObject Paid(string reference, string address, string bin = Files.Kegoc) =>
        Files.Application(bin, mw: 1, address: $"{address} {Guid.NewGuid()}", change: b => b["stateFee"]!["reference"] = reference);
}
