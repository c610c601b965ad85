using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.Licenses;

/// <summary>Lists licenses by number, with the status of a day: in pages, or all in one CSV.</summary>
internal static class ListLicenses
{
    /// <param name="Number">However it is typed.</param>
    /// <param name="Q">A number, a BIN, or a part of the holder's name, in any spelling.</param>
    public sealed record Filter(
        Bin? Bin = null, string? Region = null, LicenseStatus? Status = null, DateOnly? AsOf = null,
        string? Number = null, string? Q = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(Filter Filter, bool Whole = false) : IQuery<Page<LicenseView>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.Number).MaximumLength(100);
            RuleFor(q => q.Filter.Q).MaximumLength(100);
        }
    }

    public sealed class Handler(Db db, Cursors cursors, TimeProvider clock) : IQueryHandler<Query, Page<LicenseView>>
    {
        public async Task<Result<Page<LicenseView>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var on = filter.AsOf ?? CivilTime.DayOf(clock.GetUtcNow());
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("licenses", filter.Bin, filter.Region, filter.Status, filter.AsOf, filter.Number, filter.Q);
            var after = cursor.Read<string>(filter.Cursor);
            if (after.IsFailure) return after.Error;

            var rows = await db.Many<LicenseRow>(Sql, new
            {
                Bin = filter.Bin?.Value,
                filter.Region,
                filter.Status,
                On = on,
                After = after.Value ?? "",
                Number = Sought.Number(filter.Number),
                Sought.Of(filter.Q).Name,
                Sought.Of(filter.Q).Typed,
                Take = limit + 1,
            }, ct);
            return Page<LicenseView>.Of([.. rows.Select(r => r.ToView(on))], limit, cursor, l => l.Number);
        }
    }

    public static Task<Results<Reply<Page<LicenseView>>, CsvReply<LicenseView>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(filter.Value, whole), ct));

    private const string Sql = LicenseRow.Select + """
         WHERE l.number > @After
           AND current_setting('registry.row_scope', true) IN ('*', l.bin)
           AND (@Bin IS NULL OR l.bin = @Bin)
           AND (@Region IS NULL OR l.region = @Region)
           AND (@Status IS NULL OR license_status(l.number, l.valid_from, l.valid_to, @On) = @Status)
           AND (@Number IS NULL OR l.number = @Number)
           AND (@Name IS NULL OR l.number = @Typed OR l.bin = @Typed
                OR l.number IN (SELECT n.license_number FROM license_versions n WHERE n.folded_name LIKE name_pattern(@Name)))
         ORDER BY l.number
         LIMIT @Take
        """;
}
