using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>Numbers of the law, by name and date: terms in days, multiples, limits.</summary>
internal static class GetLegalParameters
{
    public sealed record Query : IQuery<Page<LegalParameter>>;

    /// <param name="Name">What it is, with its unit.</param>
    /// <param name="Value">In the unit that its name tells.</param>
    public sealed record LegalParameter(
        string Name, DateOnly EffectiveFrom, DateOnly? EffectiveTo, decimal Value, string LegalBasis, string Confidence);

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<LegalParameter>>
    {
        public async Task<Result<Page<LegalParameter>>> Handle(Query query, CancellationToken ct) =>
            await db.Table<LegalParameter>(Sql, ct);
    }

    public static async Task<Reply<Page<LegalParameter>>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));

    private const string Sql = """
        SELECT json_build_object('name', name, 'effectiveFrom', effective_from, 'effectiveTo', effective_to, 'value', value,
                                 'legalBasis', legal_basis, 'confidence', confidence)::text
          FROM legal_parameters ORDER BY name, effective_from
        """;
}
