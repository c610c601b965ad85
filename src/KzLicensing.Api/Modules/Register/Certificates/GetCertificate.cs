using System.Reflection;
using System.Text;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>
/// The certificate of a license: a page to print in Kazakh and Russian, or with <c>Accept: application/jose</c> the signed token that
/// verifies offline.
/// </summary>
internal static class GetCertificate
{
    public sealed record Query(string Number) : IQuery<License>;

    /// <summary>A license with the names that its region bears today.</summary>
    public sealed record License
    {
        public RegisteredLicense Entry { get; init; } = new();
        public string RegionKk { get; init; } = "";
        public string RegionRu { get; init; } = "";
    }

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, License>
    {
        public async Task<Result<License>> Handle(Query query, CancellationToken ct)
        {
            var args = new { query.Number, Today = CivilTime.DayOf(clock.GetUtcNow()) };
            if (await db.One<RegisteredLicense>(EntrySql, args, ct) is not { } entry) return LicensingErrors.LicenseNotFound(query.Number);
            var names = await db.One<License>(NamesSql, new { entry.Region, args.Today }, ct);
            return (names ?? new License { RegionKk = entry.Region, RegionRu = entry.Region }) with { Entry = entry };
        }
    }

    public static async Task<Results<PdfReply, SignedReply>> Endpoint(
        string number, HttpRequest request, IMediator mediator, RecentTokens tokens, RecentPages pages, RegisterKeys keys,
        RegisterOptions options, TimeProvider clock,
        CancellationToken ct)
    {
        var (license, now, register) = (await mediator.Send(new Query(number), ct), clock.GetUtcNow(), options.AddressOf(request));
        var today = CivilTime.DayOf(now);
        string Signed(License l) => tokens.Sign(LicenseCertificate.Type, $"{today:O}", now, at => Certificate(l.Entry, register, at));
        if (Accepts.Likes(request, SignedReply.ContentType)) return new SignedReply(license.Map(Signed));

        return new PdfReply(license.Map(l =>
        {
            var (token, address) = (Signed(l), $"{register}/licenses/{l.Entry.Number}");
            string[] says = [token, address, $"{l.Entry.Status}", l.RegionKk, l.RegionRu, $"{today:O}"];
            return pages.Page(l.Entry.Number, says, () => SealedPage.Seal(CertificatePdf.Write(l, address, token, today), keys));
        }));
    }

    private static LicenseCertificate Certificate(RegisteredLicense l, string register, DateTimeOffset at) => new(
        register, at.ToUnixTimeSeconds(), l.Number, l.Edition, l.Subtype, l.Bin, l.HolderName, l.Region, l.LicensedMw, l.ValidFrom,
        l.ValidTo,
        l.Conditions, $"{register}/status-list");

    private const string EntrySql = RegisteredLicense.Select + "WHERE l.number = @Number";

    private const string NamesSql = """
        SELECT name_kk AS region_kk, name_ru AS region_ru FROM region_names
         WHERE region = @Region AND effective_from <= @Today ORDER BY effective_from DESC LIMIT 1
        """;
}

/// <summary>Pages that were drawn lately: a drawing takes as long as a hundred reads, so there is one for each content and day.</summary>
internal sealed class RecentPages
{
    private const int Capacity = 500;

    private readonly Recent<byte[]> drawn = new(Capacity);

    /// <param name="says">All that is written on the page.</param>
    /// <param name="draw">Asked only for a reader who has not got the page, when nobody had it before.</param>
    public CertificatePage Page(string number, string[] says, Func<byte[]> draw)
    {
        var tag = PublicBytes.TagOf(Encoding.UTF8.GetBytes(string.Join('\n', says)));
        return new CertificatePage($"{number}.pdf", "W/" + tag, () => drawn.Get(tag, draw));
    }
}

internal sealed record CertificatePage(string FileName, string Tag, Func<byte[]> Draw);

/// <summary>A page to print. Two drawings of it differ in bytes and say the same: its tag is a weak one.</summary>
internal sealed class PdfReply(Result<CertificatePage> result) : IResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/pdf";

    public Task ExecuteAsync(HttpContext http)
    {
        if (result.IsFailure) return new Problem(result.Error).ExecuteAsync(http);
        var page = result.Value;
        http.Response.Headers.ContentDisposition = $"inline; filename=\"{page.FileName}\"";
        return PublicBytes.Write(http, page.Tag, page.Draw, ContentType);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(byte[]), [ContentType]));
        builder.Metadata.Add(new AnswersHeaders("ETag", "Content-Disposition"));
    }
}
