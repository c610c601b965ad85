using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>The monthly calculation index, by date: fees are multiples of it.</summary>
internal static class GetMci
{
    public sealed record Query : IQuery<Page<Mci>>;

    /// <param name="MciKzt">In KZT.</param>
    public sealed record Mci(DateOnly EffectiveFrom, DateOnly? EffectiveTo, decimal MciKzt, string LegalBasis, string Confidence);

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<Mci>>
    {
        public async Task<Result<Page<Mci>>> Handle(Query query, CancellationToken ct) => await db.Table<Mci>(Sql, ct);
    }

    public static async Task<Reply<Page<Mci>>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));

    private const string Sql = """
        SELECT json_build_object('effectiveFrom', effective_from, 'effectiveTo', effective_to, 'mciKzt', mci_kzt, 'legalBasis', legal_basis,
                                 'confidence', confidence)::text
          FROM mci ORDER BY effective_from
        """;
}
