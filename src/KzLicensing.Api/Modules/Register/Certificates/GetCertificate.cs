using System.Reflection;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace KzLicensing.Api.Modules.Register.Certificates;

/// <summary>The certificate of a license: a page to print in Kazakh and Russian, or with <c>Accept: application/jose</c> the signed token that verifies offline.</summary>
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
        string number, HttpRequest request, IMediator mediator, RegisterKeys keys, RegisterOptions options, TimeProvider clock, CancellationToken ct)
    {
        var (license, now, register) = (await mediator.Send(new Query(number), ct), clock.GetUtcNow(), options.AddressOf(request));
        string Signed(License l) => CompactJws.Sign(LicenseCertificate.Type, Certificate(l.Entry, register, now), keys);
        return Accepts.First(request) == SignedReply.ContentType
            ? new SignedReply(license.Map(Signed))
            : new PdfReply(license.Map(l => SealedPage.Seal(CertificatePdf.Write(l, $"{register}/licenses/{l.Entry.Number}", Signed(l), CivilTime.DayOf(now)), keys)), $"{number}.pdf");
    }

    private static LicenseCertificate Certificate(RegisteredLicense l, string register, DateTimeOffset now) => new(
        register, now.ToUnixTimeSeconds(), l.Number, l.Edition, l.Subtype, l.Bin, l.HolderName, l.Region, l.LicensedMw, l.ValidFrom, l.ValidTo,
        l.Conditions, $"{register}/status-list");

    private const string EntrySql = RegisteredLicense.Select + "WHERE l.number = @Number";

    private const string NamesSql = """
        SELECT name_kk AS region_kk, name_ru AS region_ru FROM region_names
         WHERE region = @Region AND effective_from <= @Today ORDER BY effective_from DESC LIMIT 1
        """;
}

/// <summary>A page to print.</summary>
internal sealed class PdfReply(Result<byte[]> page, string fileName) : IResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/pdf";

    public Task ExecuteAsync(HttpContext http)
    {
        if (page.IsFailure) return new Problem(page.Error).ExecuteAsync(http);
        http.Response.Headers.ContentDisposition = $"inline; filename=\"{fileName}\"";
        return PublicBytes.Write(http, page.Value, ContentType);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(byte[]), [ContentType]));
}
