using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KzLicensing.Api.Modules.Register;
using KzLicensing.Api.Modules.Register.Certificates;
using KzLicensing.Domain.Licensing;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Writer;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Register;

/// <summary>What an attacker with a certificate, the public keys and an editor can try.</summary>
public sealed class VerificationTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly RegisterKeys keys = new(new RegisterOptions());
    private readonly string certificate, list;

    public VerificationTests()
    {
        certificate = CompactJws.Sign(LicenseCertificate.Type, Certificate(), keys);
        list = CompactJws.Sign(StatusList.Type, Listed(), keys);
    }

    public void Dispose() => keys.Dispose();

    [Fact]
    public void An_untouched_certificate_holds() => Assert.Null(Verdict(certificate, list));

    [Fact]
    public void No_bit_can_be_flipped_anywhere_in_the_certificate_or_the_list()
    {
        foreach (var (token, code) in new[] { (certificate, (Func<string, string?>)(t => Verdict(t, list))),
            (list, t => Verdict(certificate, t)) })
            for (var at = 0; at < token.Length; at++)
                for (var bit = 0; bit < 7; bit++)
                    Assert.NotNull(code($"{token[..at]}{(char)(token[at] ^ (1 << bit))}{token[(at + 1)..]}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30.e30")]
    public void What_is_no_token_is_malformed(string text) => Assert.Equal("malformed", Verdict(text, list));

    [Fact]
    public void Only_ES256_is_accepted_whatever_the_header_says()
    {
        var parts = certificate.Split('.');
        string Headed(object header) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header, JsonSerializerOptions.Web));
        Assert.Equal("algorithm-refused",
            Verdict($"{Headed(new { alg = "none", typ = LicenseCertificate.Type, kid = keys.Id })}.{parts[1]}.", list));

        // The public key as the secret of an HMAC: the classic confusion.
        var signed = $"{Headed(new { alg = "HS256", typ = LicenseCertificate.Type, kid = keys.Id })}.{parts[1]}";
        var secret = JsonSerializer.SerializeToUtf8Bytes(keys.Published, JsonSerializerOptions.Web);
        Assert.Equal("algorithm-refused",
            Verdict($"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}", list));
    }

    [Fact]
    public void A_token_of_one_kind_is_not_taken_for_the_other()
    {
        Assert.Equal("wrong-type", Verdict(list, list));
        Assert.Equal("status-list-invalid", Verdict(certificate, certificate));
    }

    [Fact]
    public void A_key_of_somebody_else_is_unknown()
    {
        using var stranger = new RegisterKeys(new RegisterOptions());
        Assert.Equal("key-unknown", Verdict(CompactJws.Sign(LicenseCertificate.Type, Certificate(), stranger), list));
        Assert.Equal("status-list-invalid", Verdict(certificate, CompactJws.Sign(StatusList.Type, Listed(), stranger)));
    }

    [Theory]
    [InlineData("2026-03-02", null)]
    [InlineData("2026-03-01", "key-retired")]
    public void A_certificate_signed_before_the_key_changed_still_holds_and_none_that_is_dated_later(string lastDay, string? code)
    {
        using var old = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var before = new RegisterKeys(new RegisterOptions { SigningKey = old.ExportPkcs8PrivateKeyPem() });
        using var after = new RegisterKeys(new RegisterOptions { RetiredKeys = Retired(old, lastDay) + Retired(old, "2020-01-01") });
        var (token, fresh) =
            (CompactJws.Sign(LicenseCertificate.Type, Certificate(), before), CompactJws.Sign(StatusList.Type, Listed(), after));
        Assert.Equal(code, Verification.Verify(token, Known(after), fresh, Now).Error?.Code);
    }

    [Fact]
    public void A_retired_key_signs_no_status_list_and_no_page_around_a_certificate_of_today()
    {
        using var old = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var before = new RegisterKeys(new RegisterOptions { SigningKey = old.ExportPkcs8PrivateKeyPem() });
        using var after = new RegisterKeys(new RegisterOptions { RetiredKeys = Retired(old, "2026-03-02") });
        var token = CompactJws.Sign(LicenseCertificate.Type, Certificate(), after);
        Assert.Equal("status-list-invalid",
            Verification.Verify(token, Known(after), CompactJws.Sign(StatusList.Type, Listed(), before), Now).Error?.Code);

        var page = Page(token);
        Assert.Equal(token, SealedPage.TokenIn(SealedPage.Seal(page, after), Known(after)).Value);
        Assert.Equal("altered", SealedPage.TokenIn(SealedPage.Seal(page, before), Known(after)).Error?.Code);
    }

    [Fact]
    public void A_key_that_signs_is_not_retired_and_one_that_retired_says_when()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var options in new[]
        {
            new RegisterOptions { SigningKey = key.ExportPkcs8PrivateKeyPem(), RetiredKeys = Retired(key, "2026-03-02") },
            new RegisterOptions { RetiredKeys = key.ExportSubjectPublicKeyInfoPem() },
            new RegisterOptions { RetiredKeys = Retired(key, "2026-02-30") },
        })
        {
            var refused = Assert.Throws<InvalidOperationException>(() => new RegisterKeys(options));
            Assert.Contains("Register__RetiredKeys", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_list_is_relied_upon_for_the_hours_that_the_key_set_states_whatever_it_says_itself()
    {
        var lasting = CompactJws.Sign(StatusList.Type, Listed() with { Exp = Now.AddYears(10).ToUnixTimeSeconds() }, keys);
        Assert.Null(Verdict(certificate, lasting, Now.AddHours(24)));
        Assert.Equal("status-list-stale", Verdict(certificate, lasting, Now.AddHours(24).AddSeconds(1)));
    }

    [Fact]
    public void Without_a_fresh_list_nobody_knows()
    {
        Assert.Equal("status-list-missing", Verdict(certificate, null));
        Assert.Equal("status-list-stale", Verdict(certificate, list, Now.AddHours(24).AddSeconds(1)));
        Assert.Equal("status-list-stale", Verdict(certificate, list, Now.AddMinutes(-6)));
        Assert.Null(Verdict(certificate, list, Now.AddHours(24)));
    }

    [Theory]
    [InlineData(LicenseStatus.Suspended, "2026-03-01", "2026-03-31", "suspended")]
    [InlineData(LicenseStatus.Suspended, "2026-03-03", "2026-03-31", null)]
    [InlineData(LicenseStatus.Suspended, "2026-02-01", "2026-03-01", null)]
    [InlineData(LicenseStatus.Revoked, "2026-03-02", null, "revoked")]
    [InlineData(LicenseStatus.Surrendered, "2026-03-02", null, "surrendered")]
    [InlineData(LicenseStatus.Revoked, "2026-03-03", null, null)]
    public void A_listed_license_does_not_hold_on_its_days(LicenseStatus status, string from, string? until, string? code)
    {
        var entry = new ListedLicense("KZ-DM-I-2026-000001", status, Day(from), until is null ? null : Day(until));
        Assert.Equal(code, Verdict(certificate, CompactJws.Sign(StatusList.Type, Listed(entry), keys)));
        Assert.Null(Verdict(certificate, CompactJws.Sign(StatusList.Type, Listed(entry with { Number = "KZ-DM-I-2026-000002" }), keys)));
    }

    [Fact]
    public async Task The_verb_reads_files_and_tells_by_its_exit_code()
    {
        var folder = Directory.CreateTempSubdirectory("verify");
        try
        {
            string At(string name) => Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(At("license.jose"), certificate + "\n", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(At("keys.json"), JsonSerializer.Serialize(keys.Published, JsonSerializerOptions.Web),
                TestContext.Current.CancellationToken);
            Assert.Equal(1, await VerifyVerb.Run([At("license.jose"), "--at", "2026-03-02T08:00:00Z"]));
            await File.WriteAllTextAsync(At("status-list.jose"), list, TestContext.Current.CancellationToken);
            Assert.Equal(0, await VerifyVerb.Run([At("license.jose"), "--at", "2026-03-02T08:00:00Z"]));
            Assert.Equal(1, await VerifyVerb.Run([At("license.jose"), "--at", "2030-03-02T08:00:00Z"]));
            foreach (var marked in new Encoding[] { new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode })
            {
                foreach (var file in new[] { "license.jose", "keys.json", "status-list.jose" })
                    await File.WriteAllTextAsync(At(file), await File.ReadAllTextAsync(At(file), TestContext.Current.CancellationToken),
                        marked, TestContext.Current.CancellationToken);
                Assert.Equal(0, await VerifyVerb.Run([At("license.jose"), "--at", "2026-03-02T08:00:00Z"]));
            }

            Assert.Equal(2, await VerifyVerb.Run([At("missing.jose")]));
            Assert.Equal(2, await VerifyVerb.Run([At("license.jose"), "--keys", At("license.jose")]));
            Assert.Equal(2, await VerifyVerb.Run([At("license.jose"), "--frobnicate", "1"]));
            Assert.Equal(2, await VerifyVerb.Run([]));
            await File.WriteAllTextAsync(At("broken.pdf"), "%PDF-1.4 garbage", TestContext.Current.CancellationToken);
            Assert.Equal(1, await VerifyVerb.Run([At("broken.pdf")]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private string? Verdict(string token, string? statusList, DateTimeOffset? at = null) =>
        Verification.Verify(token, Known(keys), statusList, at ?? Now).Error?.Code;

    private static KnownKeys Known(RegisterKeys published) =>
        KnownKeys.Read(JsonSerializer.Serialize(published.Published, JsonSerializerOptions.Web));

    private static string Retired(ECDsa key, string lastDay) => $"Retired: {lastDay}\n{key.ExportSubjectPublicKeyInfoPem()}\n";

    private static byte[] Page(string token)
    {
        using var page = new PdfDocumentBuilder();
        page.AddPage(PageSize.A4);
        page.DocumentInformation.Keywords = token;
        return page.Build();
    }

    private static LicenseCertificate Certificate() => new(
        "https://register.example", Now.ToUnixTimeSeconds(), "KZ-DM-I-2026-000001", 1, Subtype.I, "970740000838", "ТОО «Қазақ Майнинг»",
        "35", 12.5m,
        Day("2026-01-01"), Day("2028-12-31"), ["A meter of class 0.5S."], "https://register.example/status-list");

    private static StatusList Listed(params ListedLicense[] licenses) =>
        new("https://register.example", Now.ToUnixTimeSeconds(), Now.AddHours(24).ToUnixTimeSeconds(), licenses, []);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
