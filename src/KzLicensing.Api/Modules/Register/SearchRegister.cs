using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Register;

/// <summary>
/// Anybody searches the register by number, BIN or part of a name, in any spelling of Kazakh letters: in pages by name, or all in one CSV.
/// </summary>
internal static class SearchRegister
{
    /// <param name="Q">
    /// A license number, a BIN, or a part of the holder's name; case, quotes, blanks, Қ/К, ё/е and letters that look alike make no
    /// difference.
    /// </param>
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

    public sealed class Handler(Db db, Cursors cursors, TimeProvider clock) : IQueryHandler<Query, Page<RegisteredLicense>>
    {
        public async Task<Result<Page<RegisteredLicense>>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var cursor = cursors.For("register", filter.Q, filter.Region, filter.Status);
            var after = cursor.Read<Place>(filter.Cursor);
            if (after.IsFailure) return after.Error;
            var rows = await (await Search(db, filter, clock, after.Value, filter.Limit + 1, ct)).ToListAsync(ct);
            return Page<RegisteredLicense>.Of(rows, filter.Limit, cursor, l => new Place(l.HolderName, l.Number));
        }
    }

    private sealed record Place(string HolderName, string Number);

    public sealed record CsvQuery(Filter Filter) : IQuery<Rows<RegisteredLicense>>;

    public sealed class CsvHandler(Db db, TimeProvider clock) : IQueryHandler<CsvQuery, Rows<RegisteredLicense>>
    {
        public async Task<Result<Rows<RegisteredLicense>>> Handle(CsvQuery query, CancellationToken ct) =>
            new Rows<RegisteredLicense>(await Search(db, query.Filter, clock, null, int.MaxValue, ct));
    }

    public static async Task<Results<PublicReply<Page<RegisteredLicense>>, CsvReply<RegisteredLicense>>> Endpoint(
        QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Accepts.Csv(request)
            ? new CsvReply<RegisteredLicense>(await mediator.Send(new CsvQuery(filter.Value), ct))
            : new PublicReply<Page<RegisteredLicense>>(await mediator.Send(new Query(filter.Value), ct));

    private static async Task<IAsyncEnumerable<RegisteredLicense>> Search(
        Db db, Filter filter, TimeProvider clock, Place? after, int take, CancellationToken ct)
    {
        var name = string.IsNullOrWhiteSpace(filter.Q) ? null : await db.One<Name>(NameSql, new { filter.Q }, ct);
        return db.Each<RegisteredLicense>(RegisteredLicense.Select + "WHERE true\n" + Find(name) + Having(filter.Status) + InOrder, new
        {
            Number = LicenseNumber.Of(filter.Q ?? ""),
            name?.Pattern,
            filter.Region,
            filter.Status,
            Today = CivilTime.DayOf(clock.GetUtcNow()),
            AfterNumber = after?.Number ?? "",
            AfterName = after?.HolderName ?? "",
            Take = take,
        }, ct);
    }

    /// <summary>A name that many bear is met soon when the register is read in its order; one that few bear is looked up first.</summary>
    private static string Find(Name? name) => name switch
    {
        null => "",
        { IsCommon: true } => "  AND l.folded_name LIKE @Pattern\n",
        _ => FindFewSql,
    };

    /// <summary>
    /// What a status takes is asked of columns and indexes first: working out the status of every license costs a second.
    /// </summary>
    private static string Having(LicenseStatus? status) => status switch
    {
        null => "",
        LicenseStatus.Pending => "  AND l.valid_from > @Today" + ByDatesSql,
        LicenseStatus.Active => "  AND @Today BETWEEN l.valid_from AND l.valid_to" + ByDatesSql,
        LicenseStatus.Expired => "  AND l.valid_to < @Today" + ByDatesSql,
        _ => $"  AND l.number IN (SELECT license_number FROM license_events WHERE kind = @Status) AND {StatusSql}\n",
    };

    private sealed record Name
    {
        /// <summary>Null when nothing of what was asked is part of a name.</summary>
        public string? Pattern { get; init; }
        public bool IsCommon { get; init; }
    }

    private const string NameSql = """
        SELECT f.pattern, (SELECT count(*) > 2000
               FROM (SELECT FROM license_versions v WHERE v.folded_name LIKE f.pattern LIMIT 2001) AS named) AS is_common
          FROM (SELECT '%' || regexp_replace(nullif(fold_name(@Q), ''), '([\\%_])', '\\\1', 'g') || '%' AS pattern) AS f
        """;

    // An IIN is found by nobody: only numbers of organizations are searched.
    private const string FindFewSql = """
          AND l.number IN (
                SELECT number FROM licenses WHERE number = @Number
                UNION SELECT number FROM licenses WHERE bin = @Number AND substr(bin, 5, 1) BETWEEN '4' AND '6'
                UNION SELECT license_number FROM license_versions WHERE folded_name LIKE @Pattern)
          AND (l.number = @Number OR l.bin = @Number OR l.folded_name LIKE @Pattern)

        """;

    private const string StatusSql = "license_status(l.number, l.valid_from, l.valid_to, @Today) = @Status";

    // Dates alone make the status of a license to which nothing has happened.
    private const string ByDatesSql = $" AND (l.number NOT IN (SELECT license_number FROM license_events) OR {StatusSql})\n";

    private const string InOrder = """
           AND (@Region IS NULL OR l.region = @Region)
           AND (l.holder_name COLLATE kazakh, l.number) > (@AfterName COLLATE kazakh, @AfterNumber)
         ORDER BY l.holder_name COLLATE kazakh, l.number
         LIMIT @Take
        """;
}
