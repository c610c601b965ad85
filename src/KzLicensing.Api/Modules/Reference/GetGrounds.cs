using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>Grounds on which the law lets an application be refused, or a license be suspended or revoked.</summary>
internal static class GetGrounds
{
    public sealed record Query : IQuery<Page<Ground>>;

    /// <param name="Decision"><c>Refusal</c>, <c>Suspension</c> or <c>Revocation</c>.</param>
    public sealed record Ground(
        string Code, string Decision, Localized Title, string Article, string Confidence, DateOnly EffectiveFrom, DateOnly? EffectiveTo);

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<Ground>>
    {
        public async Task<Result<Page<Ground>>> Handle(Query query, CancellationToken ct) => await db.Table<Ground>(Sql, ct);
    }

    public static async Task<Reply<Page<Ground>>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));

    private const string Sql = """
        SELECT json_build_object('code', code, 'decision', decision, 'title',
               json_build_object('en', title_en, 'ru', title_ru, 'kk', title_kk),
                                 'article', article, 'confidence', confidence,
                                 'effectiveFrom', effective_from, 'effectiveTo', effective_to)::text
          FROM grounds ORDER BY decision, code
        """;
}
