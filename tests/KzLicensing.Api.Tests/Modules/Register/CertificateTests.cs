using KzLicensing.Api.Modules.Register.Certificates;
using KzLicensing.Api.Tests.Fixtures;
using UglyToad.PdfPig;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Register;

/// <summary>A certificate by HTTP, and what the offline check says of it: exactly what the register says.</summary>
public sealed class CertificateTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await registry.MoveClock("2026-03-02T06:00:00Z");
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_token_verifies_with_the_published_keys_and_the_status_list()
    {
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Certificate"));
        var verdict = await Verify(await Token(number), "2026-03-02T08:00:00Z");
        Assert.Equal((number, 12.5m, Files.Kegoc), (verdict.Value!.Number, verdict.Value.LicensedMw, verdict.Value.Bin));
    }

    [Fact]
    public async Task What_happened_since_is_told_by_the_list_from_its_day_on()
    {
        var (suspended, revoked, surrendered) = (await Licensed("S"), await Licensed("R"), await Licensed("G"));
        var tokens = new[] { await Token(suspended), await Token(revoked), await Token(surrendered) };
        var suspension = new { ground = "own-request", reasons = "x", from = "2026-03-03", until = "2026-04-10" };
        (await registry.Post("approver-1", $"/v1/licenses/{suspended}/suspend", suspension)).Demand(200);
        (await registry.Post("approver-1", $"/v1/licenses/{revoked}/revoke",
            new { courtActNumber = "1", courtActOn = "2026-03-02", from = "2026-03-02" }, "\"1\"")).Demand(200);
        (await registry.Post("applicant-" + Files.Kegoc, $"/v1/licenses/{surrendered}/surrender", new { from = "2026-03-03" })).Demand(200);

        Assert.Equal([null, "revoked", null], await Codes(tokens, "2026-03-02T08:00:00Z"));
        // The list of yesterday already knows what begins today.
        Assert.Equal(["suspended", "revoked", "surrendered"], await Codes(tokens, "2026-03-03T05:00:00Z"));
        Assert.Equal(["status-list-stale", "status-list-stale", "status-list-stale"], await Codes(tokens, "2026-03-03T07:00:00Z"));
        await registry.MoveClock("2026-04-11T06:00:00Z");
        Assert.Equal([null, "revoked", "surrendered"], await Codes(tokens, "2026-04-11T08:00:00Z"));
    }

    [Fact]
    public async Task The_list_names_the_first_day_of_a_suspension_that_runs()
    {
        var number = await Licensed("First day");
        var suspension = new { ground = "own-request", reasons = "x", from = "2026-03-03", until = "2026-06-10" };
        (await registry.Post("approver-1", $"/v1/licenses/{number}/suspend", suspension)).Demand(200);
        var token = await Token(number);
        foreach (var day in new[] { "2026-03-03", "2026-04-11", "2026-06-10" })
        {
            await registry.MoveClock($"{day}T06:00:00Z");
            Assert.Equal("The license is suspended from 2026-03-03 to 2026-06-10.",
                (await Verify(token, $"{day}T08:00:00Z")).Error?.Detail);
        }
    }

    [Theory]
    [InlineData("licenses/{0}/certificate", "application/jose", "2026-03-02T18:59:00Z", "2026-03-02T19:00:00Z")]
    [InlineData("licenses/{0}/certificate", "application/pdf", "2026-03-02T18:59:00Z", "2026-03-02T19:00:00Z")]
    [InlineData("status-list", "application/jose", "2026-03-02T06:04:00Z", "2026-03-02T06:10:00Z")]
    public async Task What_is_signed_may_be_kept_until_something_changes(string path, string accept, string same, string anew)
    {
        await registry.MoveClock("2026-03-02T06:00:00Z");
        var number = await registry.Licensed("2026-03-02", Files.Application(address: $"Kept {path} {accept}", mw: 1));
        path = "/v1/register/" + path.Replace("{0}", number, StringComparison.Ordinal);
        var first = await Ask(path, accept);
        Assert.Equal(304, (await Ask(path, accept, first.Tag)).Status);

        await registry.MoveClock(same);
        Assert.Equal(304, (await Ask(path, accept, first.Tag)).Status);
        await registry.MoveClock(anew);
        Assert.Equal(200, (await Ask(path, accept, first.Tag)).Status);

        var second = await Ask(path, accept);
        var draft = await registry.Recommended(Files.Application(
            address: $"Kept {path} {accept}", mw: 0.5m, change: b => (b["kind"], b["previousLicenseNumber"]) = ("Amendment", number)));
        (await registry.Approve(draft, "2026-03-03")).Demand(200);
        Assert.Equal(200, (await Ask(path, accept, second.Tag)).Status);
    }

    [Fact]
    public async Task A_page_is_drawn_once_a_day_and_again_when_it_says_something_else()
    {
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Drawn", mw: 1));
        Task<byte[]> Page() =>
            registry.Http.GetByteArrayAsync($"/v1/register/licenses/{number}/certificate", TestContext.Current.CancellationToken);
        var first = await Page();
        Assert.Equal(first, await Page());

        await registry.MoveClock("2026-03-02T12:00:00Z");
        Assert.Equal(first, await Page());
        (await registry.Post("approver-1", $"/v1/licenses/{number}/suspend",
            new { ground = "own-request", reasons = "x", from = "2026-03-02", until = "2026-04-10" })).Demand(200);
        var suspended = await Page();
        Assert.NotEqual(first, suspended);
        await registry.MoveClock("2026-03-03T06:00:00Z");
        Assert.NotEqual(suspended, await Page());
    }

    [Fact]
    public async Task A_certificate_of_an_earlier_edition_holds_until_the_next_one_begins()
    {
        var number = await registry.Licensed("2026-03-02", Files.Application(address: "Edition", mw: 2));
        var before = await Token(number);
        var draft = await registry.Recommended(
            Files.Application(address: "Edition", mw: 1, change: b => (b["kind"], b["previousLicenseNumber"]) = ("Amendment", number)));
        (await registry.Approve(draft, "2026-03-03")).Demand(200);
        Assert.Null((await Verify(before, "2026-03-02T08:00:00Z")).Error);
        Assert.Equal("superseded", (await Verify(before, "2026-03-03T05:00:00Z")).Error?.Code);
        await registry.MoveClock("2026-03-03T06:00:00Z");
        Assert.Equal(1m, (await Verify(await Token(number), "2026-03-03T08:00:00Z")).Value!.LicensedMw);
    }

    [Fact]
    public async Task Conditions_that_do_not_fit_on_the_page_are_left_to_the_register()
    {
        var id = await registry.Recommended(Files.Application(address: "Long", mw: 1));
        var conditions = Enumerable.Range(0, 8).Select(i => $"{i} " + string.Join(' ', Enumerable.Repeat("условие", 120)));
        var approved = await registry.Post("approver-1", $"/v1/permit-applications/{id}/approve",
            new { validFrom = "2026-03-02", reasons = "x", conditions }, "\"4\"");
        var number = approved.Demand(200)["license"].GetProperty("number").GetString();
        using var document = PdfDocument.Open(
            await registry.Http.GetByteArrayAsync($"/v1/register/licenses/{number}/certificate", TestContext.Current.CancellationToken));
        var letters = document.GetPages().Single().Letters;
        Assert.All(letters, l => Assert.InRange(l.StartBaseLine.Y, 60, 800));
        Assert.Contains("реестре", string.Join(' ', document.GetPages().Single().GetWords().Select(w => w.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_outside_its_term_does_not_hold()
    {
        var token = await Token(await registry.Licensed("2026-03-10", Files.Application(address: "Term", mw: 1)));
        Assert.Equal("not-yet-valid", (await Verify(token, "2026-03-02T08:00:00Z")).Error?.Code);
        Assert.Equal("expired", (await Verify(token, "2029-03-09T19:00:00Z")).Error?.Code);
    }

    [Fact]
    public async Task The_page_tells_everything_in_two_languages_and_carries_the_token()
    {
        var number = await registry.Licensed("2026-03-02",
            Files.Application(address: "Page", change: b => b["applicantName"] = "ТОО «Әғқңөұүһі Ёлка»"));
        var bytes =
            await registry.Http.GetByteArrayAsync($"/v1/register/licenses/{number}/certificate", TestContext.Current.CancellationToken);
        using var document = PdfDocument.Open(bytes);
        var text = string.Join(' ', document.GetPages().Single().GetWords().Select(w => w.Text));
        foreach (var part in new[] { number, "«Әғқңөұүһі", "Ёлка»", Files.Kegoc, "12,5", "Қарағанды", "облысы", "Карагандинская",
            "ЦИФРЛЫҚ", "ЦИФРОВОЙ", "Қолданыста", "Действует", "02.03.2026" })
            Assert.Contains(part, text, StringComparison.Ordinal);
        var keys = KnownKeys.Read((await registry.Get(null, "/v1/register/keys")).Demand(200).Text);
        Assert.False((await Verify(SealedPage.TokenIn(bytes, keys).Value!, "2026-03-02T08:00:00Z")).IsFailure);
        for (var at = 0; at < bytes.Length; at += 97)
        {
            var altered = bytes.ToArray();
            altered[at] ^= 1;
            Assert.True(SealedPage.TokenIn(altered, keys).IsFailure, $"byte {at}");
        }
        foreach (var more in new[] { "x", "\n", "\0", "%%EOF" })
            Assert.Equal("altered", SealedPage.TokenIn([.. bytes, .. System.Text.Encoding.ASCII.GetBytes(more)], keys).Error?.Code);
        Assert.Equal("altered", SealedPage.TokenIn(bytes[..^1], keys).Error?.Code);
        Assert.True(bytes.Length < 200_000, $"{bytes.Length} bytes");
    }

    [Fact]
    public async Task A_page_of_a_license_that_ended_says_so()
    {
        var number = await Licensed("Ended page");
        (await registry.Post("applicant-" + Files.Kegoc, $"/v1/licenses/{number}/surrender", new { from = "2026-03-02" })).Demand(200);
        using var document = PdfDocument.Open(
            await registry.Http.GetByteArrayAsync($"/v1/register/licenses/{number}/certificate", TestContext.Current.CancellationToken));
        Assert.Contains("Прекращена", string.Join(' ', document.GetPages().Single().GetWords().Select(w => w.Text)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_the_font_has_not_does_not_break_the_page()
    {
        var number = await registry.Licensed("2026-03-02",
            Files.Application(address: "Font", mw: 1, change: b => b["applicantName"] = "矿业 ⛏️ " + new string('W', 250)));
        Assert.NotEmpty(await registry.Http.GetByteArrayAsync($"/v1/register/licenses/{number}/certificate",
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_unknown_number_has_no_certificate() =>
        (await registry.Get(null, "/v1/register/licenses/KZ-DM-I-1999-000001/certificate")).DemandProblem(404, "license-not-found");

    [Fact]
    public async Task The_keys_hold_nothing_private()
    {
        var keys = (await registry.Get(null, "/v1/register/keys")).Demand(200);
        Assert.Equal(["kty", "crv", "x", "y", "kid", "alg", "use", "retiredOn"], keys["keys"][0].EnumerateObject().Select(p => p.Name));
    }

    private Task<string> Licensed(string address) => registry.Licensed("2026-03-02", Files.Application(address: address, mw: 1));

    private async Task<(int Status, string? Tag)> Ask(string path, string accept, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        if (tag is not null) request.Headers.Add("If-None-Match", tag);
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.Headers.ETag?.ToString());
    }

    private async Task<string> Token(string number)
    {
        var answer = await registry.Send(null, HttpMethod.Get, $"/v1/register/licenses/{number}/certificate", accept: "application/jose");
        Assert.Equal("application/jose", answer.Demand(200).ContentType);
        return answer.Text;
    }

    private async Task<IEnumerable<string?>> Codes(IEnumerable<string> tokens, string at) =>
        await Task.WhenAll(tokens.Select(async t => (await Verify(t, at)).Error?.Code));

    private async Task<KzLicensing.Domain.Result<LicenseCertificate>> Verify(string token, string at)
    {
        var keys = KnownKeys.Read((await registry.Get(null, "/v1/register/keys")).Demand(200).Text);
        var list = (await registry.Get(null, "/v1/register/status-list")).Demand(200).Text;
        return Verification.Verify(token, keys, list, DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
    }
}
