using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Contract;

/// <summary>A file is found by its number, however it is typed, wherever its id would stand; and by a name that stands on it.</summary>
public sealed class FileNumberTests(FilledRegistry registry) : IClassFixture<FilledRegistry>
{
    private const string Owner = "applicant-" + Files.Kegoc, Stranger = "applicant-" + Files.Halyk;

    [Fact]
    public async Task Wherever_the_id_of_an_application_or_assessment_stands_its_number_does_too()
    {
        foreach (var operation in (await Operation.All(registry)).Where(o => o.Method == "GET" && IsOfFile(o)))
        {
            var (persona, byId) = (Operation.Personas.First(operation.Allows), registry.PathOf(operation));
            var id = byId.Split('/')[3].Split('?')[0];
            var number = await registry.Sql<string>(
                $"SELECT number FROM permit_applications WHERE id = '{id}' UNION ALL SELECT number FROM assessments WHERE id = '{id}'");
            var expected = (await registry.Get(persona, byId)).Demand(200);
            foreach (var typed in new[] { number, number.ToLowerInvariant(), number.Replace('-', '–').Replace('M', 'М'), $"%20{number}" })
                Assert.Equal(expected.Text, (await registry.Get(persona, byId.Replace(id, typed, StringComparison.Ordinal)))
                    .Demand(200).Text);
        }
    }

    [Fact]
    public async Task A_file_is_worked_on_by_its_number()
    {
        var number = (await registry.Get(Owner, $"/v1/permit-applications/{await registry.Draft(Files.Application(address: "By number"))}"))
            .Demand(200)["number"].GetString();
        var path = $"/v1/permit-applications/{number}";
        (await registry.Send(Owner, HttpMethod.Put, path, Files.Application(address: "By number 2"), "\"1\"")).Demand(200);
        (await registry.Post(Owner, $"{path}/submit")).Demand(200);
        Assert.Equal("UnderReview", (await registry.Post("officer-1", $"{path}/start-review")).Demand(200)["status"].GetString());
    }

    [Fact]
    public async Task By_number_as_by_id_anothers_file_looks_absent()
    {
        var application = (await registry.Get(Owner, $"/v1/permit-applications?limit=1")).Demand(200)["items"][0].GetProperty("number")
            .GetString();
        var absent = (await registry.Get(Stranger, "/v1/permit-applications/A-2026-999999")).DemandProblem(404, "application-not-found");
        var foreign = (await registry.Get(Stranger, $"/v1/permit-applications/{application}")).DemandProblem(404, "application-not-found");
        Assert.Equal(absent["detail"].GetString(), foreign["detail"].GetString());
        (await registry.Post(Stranger, $"/v1/permit-applications/{application}/withdraw")).DemandProblem(404, "application-not-found");
        Assert.Empty(await Found(Stranger, $"permit-applications?number={application}"));

        var assessment = (await registry.Assessments("status=Issued"))[0].GetProperty("number").GetString();
        (await registry.Get("auditor-1", $"/v1/assessments/{assessment}")).Demand(200);
        (await registry.Get(Owner, $"/v1/assessments/{assessment}")).DemandProblem(404, "assessment-not-found");
        Assert.Empty(await Found(Owner, $"assessments?number={assessment}"));
        (await registry.Get("auditor-1", $"/v1/assessments/{application}")).DemandProblem(404, "assessment-not-found");
    }

    [Theory]
    [InlineData("/v1/permit-applications/nonsense")]
    [InlineData("/v1/permit-applications/A-2026-1")]
    [InlineData("/v1/assessments/0")]
    public async Task What_is_neither_id_nor_number_leads_nowhere(string path) =>
        (await registry.Get("auditor-1", path)).DemandProblem(404, "not-found");

    [Fact]
    public async Task Lists_are_searched_by_number_and_by_name()
    {
        var application = (await registry.Get("officer-1", "/v1/permit-applications/queue?limit=1")).Demand(200)["items"][0];
        var number = application.GetProperty("number").GetString()!;
        foreach (var list in new[] { "permit-applications", "permit-applications/queue" })
        {
            Assert.Equal([number], await Found("officer-1", $"{list}?number={number.ToLowerInvariant()}"));
            Assert.Equal([number], await Found("officer-1", $"{list}?q=%20{number}"));
            Assert.Contains(number, await Found("officer-1", $"{list}?q={application.GetProperty("applicantBin").GetString()}"));
            Assert.Contains(number, await Found("officer-1", $"{list}?q=казак МАЙ"));
            Assert.Empty(await Found("officer-1", $"{list}?q=nobody"));
            Assert.Empty(await Found("officer-1", $"{list}?q=%25"));
            Assert.Empty(await Found("officer-1", $"{list}?number=A-2026"));
            Assert.NotEmpty(await Found("officer-1", $"{list}?q="));
        }

        var license = (await registry.Get("officer-1", $"/v1/licenses?bin={Files.Kegoc}")).Demand(200)["items"][0].GetProperty("number")
            .GetString()!;
        foreach (var asked in new[] { $"number={license.ToLowerInvariant()}", $"q={license}" })
            Assert.Equal([license], await Found("officer-1", $"licenses?{asked}"));
        Assert.Contains(license, await Found("officer-1", "licenses?q=«Қазақ"));

        var issued = (await registry.Assessments("status=Issued"))[0];
        var (assessment, payer) = (issued.GetProperty("number").GetString()!, issued.GetProperty("payerBin").GetString());
        Assert.Equal([assessment], await Found("tax-1", $"assessments?number={assessment}"));
        Assert.Contains(assessment, await Found("tax-1", $"assessments?q={payer}"));
        var name = await registry.Sql<string>(
            $"SELECT n.holder_name FROM license_versions n JOIN licenses l ON l.number = n.license_number WHERE l.bin = '{payer}' LIMIT 1");
        Assert.Contains(assessment, await Found("tax-1", $"assessments?q={Uri.EscapeDataString(name)}"));
        Assert.Empty(await Found("tax-1", "assessments?q=nobody"));

        Assert.Equal(1, (await registry.Get(null, "/v1/pools?q=SECO")).Demand(200)["items"].GetArrayLength());
        (await registry.Get(null, $"/v1/pools?q={new string('a', 101)}")).DemandProblem(400, "invalid-input");
    }

    private static bool IsOfFile(Operation operation) =>
        operation.Path.StartsWith("/v1/permit-applications/{id}", StringComparison.Ordinal)
            || operation.Path.StartsWith("/v1/assessments/{id}", StringComparison.Ordinal);

    private async Task<List<string?>> Found(string persona, string list) =>
        [.. (await registry.Get(persona, $"/v1/{list}")).Demand(200)["items"].EnumerateArray()
            .Select(i => i.GetProperty("number").GetString())];
}
