using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Register;

/// <summary>Anybody searches the register by number, BIN or part of a name, in any spelling of Kazakh letters: in pages by name, or all in one CSV.</summary>
internal static class SearchRegister
{
    /// <param name="Q">A license number, a BIN, or a part of the holder's name; case, quotes and Қ/К, ё/е make no difference.</param>
    public sealed record Filter(
        string? Q = null, string? Region = null, LicenseStatus? Status = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    public sealed record Query(Filter Filter) : IQuery<Page<RegisteredLicense>>;

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
            RuleFor(q => q.Filter.Q).MaximumLength(100);
        }
    }

    public sealed class Handler(Db db, TimeProvider clock) : IQueryHandler<Query, Page<RegisteredLicense>>
    {
        public async Task<Result<Page<RegisteredLicense>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var bound = Cursor.Filter("register", filter.Q, filter.Region, filter.Status);
            var after = Cursor.Read(filter.Cursor, bound);
            if (after.IsFailure) return after.Error;
            var rows = await Read(db, filter, clock, after.Value, filter.Limit + 1, ct);
            return Page<RegisteredLicense>.Of(rows, filter.Limit, bound, l => $"{l.Number}|{l.HolderName}");
        }
    }

    public sealed record CsvQuery(Filter Filter) : IQuery<IReadOnlyList<RegisteredLicense>>;

    public sealed class CsvHandler(Db db, TimeProvider clock) : IQueryHandler<CsvQuery, IReadOnlyList<RegisteredLicense>>
    {
        public async Task<Result<IReadOnlyList<RegisteredLicense>>> Handle(CsvQuery query, CancellationToken ct) =>
            await Read(db, query.Filter, clock, null, int.MaxValue, ct);
    }

    public static async Task<Results<PublicReply<Page<RegisteredLicense>>, CsvReply<RegisteredLicense>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Accepts.Csv(request)
            ? new CsvReply<RegisteredLicense>(await mediator.Send(new CsvQuery(filter.Value), ct))
            : new PublicReply<Page<RegisteredLicense>>(await mediator.Send(new Query(filter.Value), ct));

    private static Task<List<RegisteredLicense>> Read(Db db, Filter filter, TimeProvider clock, string? after, int take, CancellationToken ct)
    {
        var place = after?.Split('|', 2);
        return db.Many<RegisteredLicense>(string.IsNullOrWhiteSpace(filter.Q) ? ListSql : SearchSql, new
        {
            Q = filter.Q?.Trim(),
            filter.Region,
            filter.Status,
            Today = CivilTime.DayOf(clock.GetUtcNow()),
            AfterNumber = place?[0],
            AfterName = place?[1],
            Take = take,
        }, ct);
    }

    private const string Narrow = """
           AND (@Region IS NULL OR l.region = @Region)
           AND (@Status IS NULL OR license_status(l.number, l.valid_from, l.valid_to, @Today) = @Status)

        """;

    private const string InOrder = """
         ORDER BY l.holder_name COLLATE kazakh, l.number
         LIMIT @Take
        """;

    private const string ListSql = RegisteredLicense.Select + """
         WHERE (l.holder_name COLLATE kazakh, l.number) > (coalesce(@AfterName, '') COLLATE kazakh, coalesce(@AfterNumber, ''))

        """ + Narrow + InOrder;

    // What is found is looked up by index first. An IIN is found by nobody: only numbers of organizations are searched.
    private const string SearchSql = """
        WITH folded AS (SELECT regexp_replace(fold_name(@Q), '([\\%_])', '\\\1', 'g') AS q),
             found AS MATERIALIZED (
                SELECT number FROM licenses WHERE number = upper(@Q)
                UNION SELECT number FROM licenses WHERE bin = @Q AND substr(bin, 5, 1) >= '4'
                UNION SELECT v.license_number FROM license_versions v, folded WHERE folded.q <> '' AND v.folded_name LIKE '%' || folded.q || '%')

        """ + RegisteredLicense.Select + """
         WHERE l.number IN (SELECT number FROM found)
           AND (@Q = l.number OR upper(@Q) = l.number OR @Q = l.bin OR fold_name(l.holder_name) LIKE '%' || (SELECT q FROM folded) || '%')
           AND (@AfterNumber IS NULL OR (l.holder_name COLLATE kazakh, l.number) > (@AfterName COLLATE kazakh, @AfterNumber))

        """ + Narrow + InOrder;
}
