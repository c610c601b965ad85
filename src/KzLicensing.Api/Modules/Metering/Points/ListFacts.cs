using FluentValidation;
using KzLicensing.Api.Platform.Database;
using KzLicensing.Api.Platform.Http;
using KzLicensing.Api.Platform.Identity;
using KzLicensing.Api.Platform.Messaging;
using KzLicensing.Api.Platform.OpenApi;
using KzLicensing.Domain;
using KzLicensing.Domain.Metering;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace KzLicensing.Api.Modules.Metering.Points;

/// <summary>
/// Lists the dated facts of a metering point in the order in which they take effect; of several for one day the last one counts.
/// </summary>
internal static class ListFacts
{
    public sealed record Filter(int Limit = Cursor.DefaultLimit, string? Cursor = null);

    /// <param name="Whole">All of them rather than a page.</param>
    public sealed record Query(string Code, Filter Filter, bool Whole = false) : IQuery<Page<Item>>;

    /// <summary>A member that is null says nothing of that property.</summary>
    [SchemaName("MeteringPointFact")]
    public sealed record Item
    {
        public DateOnly From { get; init; }
        public string? PayerBin { get; init; }
        public PowerSource? PowerSource { get; init; }
        public MeterState? MeterState { get; init; }
        public decimal? MaximumCapacityKw { get; init; }
        public string? LicenseNumber { get; init; }
        public string? MeterSerial { get; init; }
        public DateTime RecordedAt { get; init; }

        /// <summary>For staff, but not for who acts for the payer.</summary>
        public string? RecordedBy { get; init; }
    }

    public sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter.Limit).InclusiveBetween(1, Cursor.MaxLimit);
    }

    public sealed class Handler(Db db, Actor actor, Cursors cursors) : IQueryHandler<Query, Page<Item>>
    {
        public async Task<Result<Page<Item>>> Handle(Query query, CancellationToken ct)
        {
            var limit = query.Whole ? Cursor.NoLimit : query.Filter.Limit;
            var cursor = cursors.For("metering-point-facts", query.Code);
            var after = cursor.Read<Place>(query.Filter.Cursor);
            if (after.IsFailure) return after.Error;
            var place = after.Value ?? new Place(DateOnly.MinValue, DateTimeOffset.MinValue);
            var rows = await db.Many<Item>(Sql, new { query.Code, place.From, place.At, OwnBin = actor.Bin, Take = limit + 1 }, ct);
            // The first fact of a point is there from its creation: nothing to tell means not yours, or not there.
            if (rows.Count == 0 && after.Value is null) return MeteringErrors.PointNotFound();
            return Page<Item>.Of(rows, limit, cursor, f => new Place(f.From, f.RecordedAt));
        }
    }

    public static Task<Results<Reply<Page<Item>>, CsvReply<Item>>> Endpoint(
        string code, QueryString<Filter> filter, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        Lists.Answer(request, whole => mediator.Send(new Query(code, filter.Value, whole), ct));

    private sealed record Place(DateOnly From, DateTimeOffset At);

    // A payer reads the facts that took effect on its own days: who paid before or after is not its business.
    private const string Sql = """
        SELECT f.effective_from AS "from", f.payer_bin, f.power_source, f.meter_state, f.maximum_capacity_kw, f.license_number,
               f.meter_serial,
               f.recorded_at, CASE WHEN current_setting('registry.row_scope', true) = '*' AND payer_of(p.id, f.effective_from) IS DISTINCT
               FROM @OwnBin
                                   THEN f.recorded_by END AS recorded_by
          FROM metering_point_facts f
          JOIN metering_points p ON p.id = f.metering_point_id
         WHERE p.code = @Code AND (f.effective_from, f.recorded_at) > (@From, @At)
           AND current_setting('registry.row_scope', true) IN ('*', payer_of(p.id, f.effective_from))
         ORDER BY f.effective_from, f.recorded_at
         LIMIT @Take
        """;
}
