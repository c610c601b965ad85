using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using MediatR;

namespace KzLicensing.Api.Modules.Reference;

/// <summary>When the fee of a quarter is declared and paid, and where, by date.</summary>
internal static class GetFeeDeadlines
{
    public sealed record Query : IQuery<Page<FeeDeadline>>;

    /// <param name="DeclarationMonthOffset">Months after the quarter; null where nothing is declared.</param>
    /// <param name="DeclarationDay">The day of that month.</param>
    /// <param name="PaymentMonthOffset">Months after the quarter.</param>
    /// <param name="PaymentDay">The day of that month.</param>
    /// <param name="PaidAt">Whose budget it is paid to.</param>
    /// <param name="BudgetCode">The code of the budget classification.</param>
    public sealed record FeeDeadline(DateOnly EffectiveFrom, DateOnly? EffectiveTo, int? DeclarationMonthOffset, int? DeclarationDay,
        int PaymentMonthOffset, int PaymentDay,
        string PaidAt, string BudgetCode, string LegalBasis);

    public sealed class Handler(Db db) : IQueryHandler<Query, Page<FeeDeadline>>
    {
        public async Task<Result<Page<FeeDeadline>>> Handle(Query query, CancellationToken ct) => await db.Table<FeeDeadline>(Sql, ct);
    }

    public static async Task<Reply<Page<FeeDeadline>>> Endpoint(IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(), ct));

    private const string Sql = """
        SELECT json_build_object('effectiveFrom', effective_from, 'effectiveTo', effective_to,
                                 'declarationMonthOffset', declaration_month_offset, 'declarationDay', declaration_day,
                                 'paymentMonthOffset', payment_month_offset, 'paymentDay', payment_day,
                                 'paidAt', paid_at, 'budgetCode', budget_code, 'legalBasis', legal_basis)::text
          FROM fee_deadlines ORDER BY effective_from
        """;
}
