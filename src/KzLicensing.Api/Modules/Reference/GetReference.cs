using System.Text.Json;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>Reads a reference table whole: regions, holidays, grounds, base-rates, mci, fee-deadlines, legal-parameters, document-types.</summary>
internal static class GetReference
{
    /// <summary>What the tables are called in the path.</summary>
    public static IEnumerable<string> Names => Tables.Keys;

    public sealed record Query(string Table) : IQuery<Response>;

    public sealed record Response(IReadOnlyList<JsonElement> Items, string? NextCursor);

    public sealed class Handler(Db db) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            if (!Tables.TryGetValue(query.Table, out var sql))
                return new Error("reference-not-found", $"There is no reference table '{query.Table}'. Known: {string.Join(", ", Tables.Keys)}.");
            var rows = await db.Many<string>(sql, new { }, ct);
            return new Response([.. rows.Select(r => JsonElement.Parse(r))], null);
        }
    }

    public static async Task<Reply<Response>> Endpoint(string table, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(table), ct));

    private static readonly SortedDictionary<string, string> Tables = new(StringComparer.Ordinal)
    {
        ["regions"] = """
            SELECT json_build_object('code', r.code, 'kato', r.kato, 'kind', r.kind, 'gridZone', r.grid_zone, 'centre', r.centre,
                                     'validFrom', r.valid_from, 'note', r.note,
                                     'names', json_agg(json_build_object('effectiveFrom', n.effective_from, 'en', n.name_en, 'ru', n.name_ru,
                                                                         'kk', n.name_kk) ORDER BY n.effective_from))::text
              FROM regions r JOIN region_names n ON n.region = r.code GROUP BY r.code ORDER BY r.code
            """,
        ["holidays"] = """
            SELECT json_build_object('on', "on", 'kind', kind, 'isWorking', is_working, 'name', name_en, 'source', source)::text FROM holidays ORDER BY "on"
            """,
        ["grounds"] = """
            SELECT json_build_object('code', code, 'decision', decision, 'title', json_build_object('en', title_en, 'ru', title_ru, 'kk', title_kk),
                                     'article', article, 'confidence', confidence, 'effectiveFrom', effective_from, 'effectiveTo', effective_to)::text
              FROM grounds ORDER BY decision, code
            """,
        ["base-rates"] = """
            SELECT json_build_object('effectiveFrom', effective_from, 'ratePercent', rate_percent, 'decidedOn', decided_on, 'confidence', confidence)::text
              FROM base_rates ORDER BY effective_from
            """,
        ["mci"] = """
            SELECT json_build_object('effectiveFrom', effective_from, 'effectiveTo', effective_to, 'mciKzt', mci_kzt, 'legalBasis', legal_basis,
                                     'confidence', confidence)::text
              FROM mci ORDER BY effective_from
            """,
        ["fee-deadlines"] = """
            SELECT json_build_object('effectiveFrom', effective_from, 'effectiveTo', effective_to,
                                     'declarationMonthOffset', declaration_month_offset, 'declarationDay', declaration_day,
                                     'paymentMonthOffset', payment_month_offset, 'paymentDay', payment_day,
                                     'paidAt', paid_at, 'budgetCode', budget_code, 'legalBasis', legal_basis)::text
              FROM fee_deadlines ORDER BY effective_from
            """,
        ["legal-parameters"] = """
            SELECT json_build_object('name', name, 'effectiveFrom', effective_from, 'effectiveTo', effective_to, 'value', value,
                                     'legalBasis', legal_basis, 'confidence', confidence)::text
              FROM legal_parameters ORDER BY name, effective_from
            """,
        ["document-types"] = """
            SELECT json_build_object('code', code, 'title', json_build_object('en', title_en, 'ru', title_ru, 'kk', title_kk),
                                     'requiredOnSubmit', required_on_submit, 'legalBasis', legal_basis, 'confidence', confidence,
                                     'effectiveFrom', effective_from, 'effectiveTo', effective_to)::text
              FROM document_types ORDER BY code, effective_from
            """,
    };
}
