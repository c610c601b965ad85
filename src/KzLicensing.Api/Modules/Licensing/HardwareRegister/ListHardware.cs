using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using KzLicensing.Domain.Licensing;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Licensing.HardwareRegister;

/// <summary>Lists the machines of a license as of a day, with their number, hash rate and power in total.</summary>
internal static class ListHardware
{
    public sealed record Filter(DateOnly? AsOf = null, int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All machines rather than a page.</param>
    public sealed record Query(string Number, Filter Filter, bool Whole = false) : IQuery<Response>;

    [SchemaName("RegisteredMachine")]
    public sealed record Item
    {
        public string Maker { get; init; } = "";
        public string Model { get; init; } = "";
        public string Serial { get; init; } = "";
        public decimal HashRateThs { get; init; }
        public decimal PowerW { get; init; }

        /// <summary>The first day.</summary>
        public DateOnly From { get; init; }

        /// <summary>The first day after it, by removal or by the end of the license.</summary>
        public DateOnly Until { get; init; }
    }

    /// <summary>Over all machines, whatever the page.</summary>
    public sealed record Totals
    {
        public long Units { get; init; }
        public decimal HashRateThs { get; init; }
        public decimal PowerW { get; init; }
    }

    [SchemaName("RegisteredHardware")]
    public sealed record Response(string LicenseNumber, DateOnly On, Totals Totals, IReadOnlyList<Item> Items, string? NextCursor);

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Cursors cursors, TimeProvider clock) : IQueryHandler<Query, Response>
    {
        public async Task<Result<Response>> Handle(Query query, CancellationToken ct)
        {
            var filter = query.Filter;
            var on = filter.AsOf ?? CivilTime.DayOf(clock.GetUtcNow());
            var limit = query.Whole ? Cursor.NoLimit : filter.Limit;
            var cursor = cursors.For("hardware", query.Number, filter.AsOf);
            var after = cursor.Read<string>(filter.Cursor);
            if (after.IsFailure) return after.Error;
            var totals = await db.One<Totals>(TotalsSql, new { query.Number, On = on }, ct);
            if (totals is null) return LicensingErrors.LicenseNotFound(query.Number);

            var rows = await db.Many<Item>(Sql, new
            {
                query.Number,
                On = on,
                After = after.Value ?? "",
                Take = limit + 1,
            }, ct);
            var page = Page<Item>.Of(rows, limit, cursor, u => HardwareRules.Key(u.Maker, u.Serial));
            return new Response(query.Number, on, totals, page.Items, page.NextCursor);
        }
    }

    public static Task<Results<Reply<Response>, CsvReply<Item>>> Endpoint(
        string number, QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(number, filter.Value, whole), ct), r => r.Items);

    private const string TotalsSql = """
        SELECT count(u.id) AS units, coalesce(sum(u.hash_rate_ths), 0) AS hash_rate_ths, coalesce(sum(u.power_w), 0) AS power_w
          FROM licenses l
          LEFT JOIN hardware_units u ON u.license_number = l.number AND u.registered_from <= @On AND @On < u.registered_until
         WHERE l.number = @Number AND current_setting('registry.row_scope', true) IN ('*', l.bin)
         GROUP BY l.number
        """;

    // In the order of the machines' keys, byte by byte, as the cursor compares them.
    private const string Sql = """
        SELECT u.maker, u.model, u.serial, u.hash_rate_ths, u.power_w, u.registered_from AS "from", u.registered_until AS until
          FROM hardware_units u
          JOIN licenses l ON l.number = u.license_number
         WHERE current_setting('registry.row_scope', true) IN ('*', l.bin)
           AND u.license_number = @Number AND u.registered_from <= @On AND @On < u.registered_until AND u.machine COLLATE "C" > @After
         ORDER BY u.machine COLLATE "C"
         LIMIT @Take
        """;
}
