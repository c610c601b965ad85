using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>Lists licenses by number, with the status of a day.</summary>
internal static class ListLicenses
{
    public sealed record Filter(
        Bin? Bin = null, string? Region = null, LicenseStatus? Status = null, DateOnly? AsOf = null,
        int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Filter Filter) : IQuery<Page<LicenseView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, Page<LicenseView>>
    {
        public async Task<Result<Page<LicenseView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var on = filter.AsOf ?? CivilTime.DayOf(clock.GetUtcNow());
            var bound = Cursor.Filter("licenses", filter.Bin, filter.Region, filter.Status, filter.AsOf);
            var after = Cursor.Read(filter.Cursor, bound);
            if (after.IsFailure) return after.Error;

            var rows = await db.Many<LicenseRow>(Sql, new
            {
                Bin = filter.Bin?.Value,
                filter.Region,
                filter.Status,
                On = on,
                After = after.Value ?? "",
                Take = filter.Limit + 1,
            }, ct);
            return Page<LicenseView>.Of([.. rows.Select(r => r.ToView(on))], filter.Limit, bound, l => l.Number);
        }
    }

    public static async Task<Reply<Page<LicenseView>>> Endpoint(QueryString<Filter> filter, IMediator mediator, CancellationToken ct) =>
        new(await mediator.Send(new Query(filter.Value), ct));

    private const string Sql = LicenseRow.Select + """
         WHERE l.number > @After
           AND current_setting('registry.row_scope', true) IN ('*', l.bin)
           AND (@Bin IS NULL OR l.bin = @Bin)
           AND (@Region IS NULL OR l.region = @Region)
           AND (@Status IS NULL OR license_status(l.number, l.valid_from, l.valid_to, @On) = @Status)
         ORDER BY l.number
         LIMIT @Take
        """;
}
