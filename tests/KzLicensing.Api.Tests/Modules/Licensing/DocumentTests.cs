using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using KzLicensing.Api.Modules.Licensing.Documents;
using KzLicensing.Api.Tests.Fixtures;
using Xunit;

namespace KzLicensing.Api.Tests.Modules.Licensing;

public sealed class DocumentTests(Registry registry) : IClassFixture<Registry>
{
    private const string Owner = "applicant-" + Files.Kegoc, Stranger = "applicant-" + Files.Halyk;
    private const int MaxBytes = 20 << 20;

    private static readonly byte[] Pdf = [.. "%PDF-1.7\n1 0 obj\n"u8];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_uploaded_comes_back_as_a_file_to_save()
    {
        var id = await registry.Draft();
        var content = RandomPdf(700_000);
        var created = (await Upload(id, content, "Шарт №1.pdf", "ProofOfPremises")).Demand(201);
        var documentId = created["id"].GetString();
        Assert.Equal($"/v1/permit-applications/{id}/documents/{documentId}", created.Headers.Location!.ToString());
        Assert.Equal(("Шарт №1.pdf", "application/pdf", content.Length, Hash(content)),
            (created["name"].GetString(), created["contentType"].GetString(), created["sizeBytes"].GetInt32(), created["sha256"]
                .GetString()));

        foreach (var reader in new[] { Owner, "officer-1", "approver-1", "auditor-1" })
        {
            using var download = await Download(reader, id, documentId);
            Assert.True(download.IsSuccessStatusCode, await download.Content.ReadAsStringAsync(Ct));
            Assert.Equal(content, await download.Content.ReadAsByteArrayAsync(Ct));
            var headers = download.Headers;
            Assert.Equal($"\"{Hash(content)}\"", headers.ETag!.Tag);
            Assert.Equal([$"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:"], headers.GetValues("Repr-Digest"));
            Assert.Equal(["nosniff"], headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(["sandbox"], headers.GetValues("Content-Security-Policy"));
            Assert.True(headers.CacheControl!.NoStore);
            var disposition = download.Content.Headers.ContentDisposition!;
            Assert.Equal(("attachment", "Шарт №1.pdf", "application/pdf"),
                (disposition.DispositionType, disposition.FileNameStar, download.Content.Headers.ContentType!.MediaType));
        }

        using var known = await Download(Owner, id, documentId, ifNoneMatch: $"\"{Hash(content)}\"");
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }

    [Fact]
    public async Task Documents_are_listed_in_the_order_in_which_they_came()
    {
        var id = await registry.Draft();
        for (var n = 0; n < 5; n++) (await Upload(id, [.. Pdf, (byte)n], $"{n}.pdf", n < 3 ? "Charter" : "Other")).Demand(201);

        var first = (await registry.Get("officer-1", $"/v1/permit-applications/{id}/documents?limit=2")).Demand(200);
        var second = (await registry.Get("officer-1", $"/v1/permit-applications/{id}/documents?limit=3&cursor={first["nextCursor"]}"))
            .Demand(200);
        Assert.Equal(["0.pdf", "1.pdf", "2.pdf", "3.pdf", "4.pdf"], [.. Names(first), .. Names(second)]);
        Assert.Equal("null", second["nextCursor"].GetRawText());
        Assert.Equal(["3.pdf", "4.pdf"], Names(await registry.Get(Owner, $"/v1/permit-applications/{id}/documents?type=Other")));
    }

    [Fact]
    public async Task The_papers_of_others_look_absent()
    {
        var id = await registry.Draft();
        var document = (await Upload(id, Pdf, "a.pdf", "Other")).Demand(201)["id"].GetString();
        var before = await registry.Written();
        (await registry.Get(Stranger, $"/v1/permit-applications/{id}/documents")).DemandProblem(404, "application-not-found");
        (await registry.Get(Stranger, $"/v1/permit-applications/{id}/documents/{document}")).DemandProblem(404, "document-not-found");
        (await Upload(id, Pdf, "b.pdf", "Other", Stranger)).DemandProblem(404, "application-not-found");
        // A document is read through its own application only.
        var own = await registry.Draft(Files.Application(Files.Halyk));
        (await registry.Get(Stranger, $"/v1/permit-applications/{own}/documents/{document}")).DemandProblem(404, "document-not-found");
        Assert.Equal(before + 1, await registry.Written());
    }

    [Theory]
    [InlineData("MZ\u0090\0", "lease.pdf", "application/pdf", 415, "document-format-unknown")]
    [InlineData("<!DOCTYPE html><script>", "lease.pdf", "application/pdf", 415, "document-format-unknown")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'>", "plan.png", "image/png", 415, "document-format-unknown")]
    [InlineData("#!/bin/sh\nrm -rf /", "lease.pdf", "application/pdf", 415, "document-format-unknown")]
    [InlineData("PK\u0003\u0004", "lease.docx", "application/octet-stream", 415, "document-format-unknown")]
    [InlineData("%PDF-1.7", "lease.exe", "application/pdf", 415, "document-type-mismatch")]
    [InlineData("%PDF-1.7", "lease.pdf", "text/html", 415, "document-type-mismatch")]
    [InlineData("%PDF-1.7", "lease.png", "image/png", 415, "document-type-mismatch")]
    [InlineData("%PDF-1.7", "lease", "application/pdf", 415, "document-type-mismatch")]
    [InlineData("", "lease.pdf", "application/pdf", 400, "document-empty")]
    public async Task What_is_not_a_paper_is_refused(string content, string name, string contentType, int status, string code)
    {
        var id = await registry.Draft();
        var before = await Stored();
        (await Upload(id, Encoding.Latin1.GetBytes(content), name, "Other", contentType: contentType)).DemandProblem(status, code);
        Assert.Equal(before, await Stored());
    }

    [Fact]
    public async Task The_largest_paper_is_taken_and_one_byte_more_is_not()
    {
        var id = await registry.Draft();
        (await Upload(id, RandomPdf(MaxBytes), "most.pdf", "Other")).Demand(201);
        var before = await Stored();
        (await Upload(id, RandomPdf(MaxBytes + 1), "more.pdf", "Other")).DemandProblem(413, "body-too-large");
        Assert.Equal(before, await Stored());
    }

    [Fact]
    public async Task The_type_must_be_known_on_the_day_and_the_name_is_cleaned()
    {
        var id = await registry.Draft();
        var before = await Stored();
        (await Upload(id, Pdf, "a.pdf", "Passport")).DemandProblem(409, "unknown-document-type");
        (await Upload(id, Pdf, "a.pdf", "other")).DemandProblem(409, "unknown-document-type");
        Assert.Equal(before, await Stored());
        Assert.Equal("exefdp.pdf", (await Upload(id, Pdf, "../../x/exe\u202efdp.pdf", "Other")).Demand(201)["name"].GetString());
    }

    [Theory]
    [InlineData("multipart/form-data", "--b--\r\n", 400, "malformed-multipart")]
    [InlineData("multipart/form-data; boundary=b", "", 400, "malformed-multipart")]
    [InlineData("multipart/form-data; boundary=b", "nothing", 400, "malformed-multipart")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nOther", 400,
        "malformed-multipart")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nno-colon\r\n\r\nOther\r\n--b--\r\n", 400, "malformed-multipart")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\n\r\nOther\r\n--b--\r\n", 400, "malformed-multipart")]
    [InlineData("multipart/form-data; boundary=b", "--b--\r\n", 400, "invalid-input")]
    [InlineData("multipart/mixed; boundary=b", "--b--\r\n", 415, "unsupported-media-type")]
    [InlineData("application/pdf", "%PDF-1.7", 415, "unsupported-media-type")]
    [InlineData("application/x-www-form-urlencoded", "type=Other&file=x", 415, "unsupported-media-type")]
    public async Task A_body_that_is_no_form_of_ours_is_refused(string contentType, string body, int status, string code)
    {
        var id = await registry.Draft();
        var before = await Stored();
        var refused =
            await registry.Send(Owner, HttpMethod.Post, $"/v1/permit-applications/{id}/documents", body, contentType: contentType);
        refused.DemandProblem(status, code);
        Assert.Equal(before, await Stored());
    }

    [Fact]
    public async Task Each_part_is_sent_once_in_any_order()
    {
        var id = await registry.Draft();
        var before = await Stored();
        await Refused("/file", "missing-field", ("type", "Other", null));
        await Refused("/type", "missing-field", ("file", "%PDF-1.7", "a.pdf"));
        await Refused("/file", "duplicate-field", ("type", "Other", null), ("file", "%PDF-1.7", "a.pdf"), ("file", "%PDF-1.7", "b.pdf"));
        await Refused("/type", "duplicate-field", ("type", "Other", null), ("type", "Charter", null), ("file", "%PDF-1.7", "a.pdf"));
        await Refused("/note", "unknown-field", ("type", "Other", null), ("file", "%PDF-1.7", "a.pdf"), ("note", "x", null));
        await Refused("/file", "wrong-type", ("type", "Other", null), ("file", "%PDF-1.7", null));
        await Refused("/type", "maximum-length", ("type", new string('x', 1000), null), ("file", "%PDF-1.7", "a.pdf"));
        await Refused("/type", "nul-character", ("type", "Ot\0her", null), ("file", "%PDF-1.7", "a.pdf"));
        Assert.Equal(before, await Stored());
        (await Post(id, Form(("file", "%PDF-1.7", "a.pdf"), ("type", "Other", null)))).Demand(201);

        async Task Refused(string pointer, string code, params (string, string, string?)[] parts) =>
            Assert.Equal([(pointer, code)], (await Post(id, Form(parts))).DemandProblem(400, "invalid-input").Problems);
    }

    [Fact]
    public async Task Papers_are_added_only_while_the_applicant_holds_the_file()
    {
        var id = await registry.UnderReview(Files.Application(address: "held 1"));
        (await Upload(id, Pdf, "a.pdf", "Other")).DemandProblem(409, "invalid-transition");
        var items = new[] { new { pointer = "/site", question = "Whose is it?" } };
        var soon = DateTimeOffset.UtcNow.AddDays(20).ToString("yyyy-MM-dd");
        (await registry.Post("officer-1", $"/v1/permit-applications/{id}/request-information", new { items, respondBy = soon }))
            .Demand(200);
        (await Upload(id, Pdf, "a.pdf", "Other")).Demand(201);
        (await registry.Post(Owner, $"/v1/permit-applications/{id}/withdraw")).Demand(200);
        (await Upload(id, Pdf, "b.pdf", "Charter")).DemandProblem(409, "invalid-transition");
    }

    [Fact]
    public async Task The_same_paper_is_kept_once_and_counts_once()
    {
        var (one, other) = (await registry.Draft(), await registry.Draft(Files.Application(Files.Halyk)));
        var content = RandomPdf(300_000);
        var document = (await Upload(one, content, "a.pdf", "Other")).Demand(201)["id"].GetString();
        var parts = await Parts();
        Assert.Equal(document, (await Upload(one, content, "b.pdf", "Other")).DemandProblem(409, "document-exists")["documentId"]
            .GetString());
        (await Upload(one, content, "b.pdf", "Charter")).Demand(201);
        (await Upload(other, content, "c.pdf", "Other", Stranger)).Demand(201);
        Assert.Equal(parts, await Parts());
    }

    [Fact]
    public async Task A_repeated_upload_with_its_key_has_one_effect_although_the_boundary_differs()
    {
        var id = await registry.Draft();
        var first = (await Upload(id, Pdf, "a.pdf", "Other", key: "doc-1")).Demand(201);
        var again = (await Upload(id, Pdf, "a.pdf", "Other", key: "doc-1")).Demand(201);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(["true"], again.Headers.GetValues("Idempotency-Replayed"));
        (await Upload(id, [.. Pdf, 1], "a.pdf", "Other", key: "doc-1")).DemandProblem(422, "idempotency-key-reused");
        (await Upload(id, Pdf, "b.pdf", "Other", key: "doc-1")).DemandProblem(422, "idempotency-key-reused");
        (await Upload(id, Pdf, "a.pdf", "Charter", key: "doc-1")).DemandProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task Of_many_uploads_at_once_of_the_same_paper_one_is_added()
    {
        var id = await registry.Draft();
        var content = RandomPdf(600_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Upload(id, content, $"{n}.pdf", "Other")));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created),
            a => Assert.Contains(a["code"].GetString(), new[] { "document-exists", "busy" }));
    }

    [Fact]
    public async Task A_required_document_is_asked_for_before_filing()
    {
        var id = await registry.Draft(Files.Application(address: "required 1"));
        await registry.Sql<object>(
            "UPDATE document_types SET required_on_submit = true WHERE code IN ('Charter', 'ProofOfPremises') RETURNING code");
        try
        {
            (await Upload(id, Pdf, "a.pdf", "Charter")).Demand(201);
            var before = await registry.Written();
            var refused = (await registry.Post(Owner, $"/v1/permit-applications/{id}/submit")).DemandProblem(409, "document-missing");
            Assert.Equal(["ProofOfPremises"], refused["missing"].EnumerateArray().Select(m => m.GetString()));
            Assert.Equal(before, await registry.Written());
            (await Upload(id, Pdf, "a.pdf", "ProofOfPremises")).Demand(201);
            (await registry.Post(Owner, $"/v1/permit-applications/{id}/submit")).Demand(200);
        }
        finally
        {
            await registry.Sql<object>("UPDATE document_types SET required_on_submit = false RETURNING code");
        }
    }

    [Fact]
    public async Task A_folder_keeps_a_content_once_and_whole()
    {
        var folder = Directory.CreateTempSubdirectory("kz-licensing-documents-").FullName;
        try
        {
            var contents = new FolderContents(folder);
            var sent = RandomPdf(600_000);
            await using var file = new IncomingFile();
            Assert.True(await file.Receive(new MemoryStream(sent), sent.Length, Ct));
            await contents.Keep(file, Ct);
            await contents.Keep(file, Ct);

            var read = new MemoryStream();
            await foreach (var part in contents.Read(SHA256.HashData(sent), Ct)) await read.WriteAsync(part, Ct);
            Assert.Equal(sent, read.ToArray());
            Assert.Equal([Hash(sent)], Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
            Assert.Empty(await contents.Read(new byte[32], Ct).ToListAsync(Ct));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task<Answer> Upload(
        string application, byte[] content, string name, string type, string persona = Owner, string? contentType = null,
        string? key = null)
    {
        var file = new ByteArrayContent(content);
        if (contentType is not null) file.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return Post(application, new MultipartFormDataContent { { new StringContent(type), "type" }, { file, "file", name } }, persona,
            key);
    }

    private async Task<Answer> Post(string application, MultipartFormDataContent form, string persona = Owner, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/permit-applications/{application}/documents") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await registry.BearerOf(persona));
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await registry.Http.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        return new Answer(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, text);
    }

    private async Task<HttpResponseMessage> Download(string persona, string application, string? document, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/permit-applications/{application}/documents/{document}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await registry.BearerOf(persona));
        if (ifNoneMatch is not null) request.Headers.IfNoneMatch.ParseAdd(ifNoneMatch);
        return await registry.Http.SendAsync(request, Ct);
    }

    /// <summary>What a refused upload must leave as it was.</summary>
    private async Task<(long Journal, long Documents, long Parts)> Stored() =>
        (await registry.Written(), await registry.Sql<long>("SELECT count(*) FROM application_documents"), await Parts());

    private Task<long> Parts() => registry.Sql<long>("SELECT count(*) FROM document_contents");

    private static MultipartFormDataContent Form(params (string Name, string Content, string? File)[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content, file) in parts)
        {
            if (file is null) form.Add(new StringContent(content), name);
            else form.Add(new ByteArrayContent(Encoding.Latin1.GetBytes(content)), name, file);
        }

        return form;
    }

    private static byte[] RandomPdf(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        Pdf.CopyTo(content, 0);
        return content;
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static IEnumerable<string?> Names(Answer page) => page["items"].EnumerateArray().Select(d => d.GetProperty("name").GetString());
}
